package io.gatewaywasm.boot.fetch.oci;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What an image holds.
 *
 * @param wasm the module
 * @param rootIds the root ids in its configuration at run time, possibly none
 */
public record ImageModule(byte[] wasm, List<String> rootIds) {

	private static final String LIMIT = "gateway.wasm.fetch.max-module-size";

	private static final long MAX_CONFIG = 1024 * 1024;

	/**
	 * Pull the module of an image.
	 * @param session pulls
	 * @param root the image, or an index of images
	 * @param limit how large the module may be in bytes
	 * @return the module
	 */
	public static ImageModule pull(RegistrySession session, Manifest root, long limit) {
		Manifest image = root.isIndex() ? session.manifest(PlatformChoice.choose(root).digest()) : root;
		ImageLayer layer = ImageLayer.of(image);
		if (layer instanceof ImageLayer.Raw raw) {
			byte[] config = (raw.config() != null) ? session.blob(raw.config(), MAX_CONFIG, null) : null;
			return new ImageModule(session.blob(raw.module(), limit, LIMIT), rootIds(config));
		}
		Descriptor archive = ((ImageLayer.Archive) layer).layer();
		LayerArchive content = LayerArchive.read(session.blob(archive, limit, LIMIT), limit);
		return new ImageModule(content.module(), rootIds(content.config()));
	}

	/** The tool of 2020 wrote one spelling, its specification has the other. */
	private static List<String> rootIds(byte @Nullable [] config) {
		if (config == null) {
			return List.of();
		}
		JsonObject json = JsonObject.parse(config, "image's runtime configuration").object("config");
		return json.strings(json.has("rootIds") ? "rootIds" : "root_ids");
	}

}
