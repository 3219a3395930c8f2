package io.gatewaywasm.registry.oci;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * The content of an image.
 *
 * @param wasm the module
 * @param rootIds the root ids in the runtime configuration, possibly none
 */
public record ImageModule(byte[] wasm, List<String> rootIds) {

	private static final String LIMIT = "gateway.wasm.fetch.max-module-size";

	private static final long MAX_CONFIG = 1024 * 1024;

	/**
	 * Pulls the module of an image.
	 * @param session the session with the registry
	 * @param root the manifest of the image, or an index of images
	 * @param limit the maximum size of the module in bytes
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

	/**
	 * The original tool of 2020 writes one spelling, and its specification uses another.
	 */
	private static List<String> rootIds(byte @Nullable [] config) {
		if (config == null) {
			return List.of();
		}
		JsonObject json = JsonObject.parse(config, "image's runtime configuration").object("config");
		return json.strings(json.has("rootIds") ? "rootIds" : "root_ids");
	}

}
