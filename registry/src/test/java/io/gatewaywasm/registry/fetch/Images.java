package io.gatewaywasm.registry.fetch;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

import io.gatewaywasm.registry.oci.Blob;
import io.gatewaywasm.registry.oci.Image;
import io.gatewaywasm.registry.oci.ImageFormat;
import io.gatewaywasm.registry.oci.TarArchive;

/**
 * Images beyond what the packer packs.
 */
final class Images {

	static final String OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json";

	static final String OCI_INDEX = "application/vnd.oci.image.index.v1+json";

	static final String OCI_LAYER = "application/vnd.oci.image.layer.v1.tar+gzip";

	private Images() {
	}

	static Image packed(ImageFormat format, byte[] wasm) {
		return format.pack(wasm, utf8("{\"type\":\"envoy_proxy\",\"config\":{\"rootIds\":[\"hello_world\",\"b\"]}}"));
	}

	static Image artifact(byte[] wasm) {
		return packed(ImageFormat.ARTIFACT, wasm);
	}

	static Image of(Blob... layers) {
		return of("application/vnd.oci.image.config.v1+json", layers);
	}

	static Image of(String configType, Blob... layers) {
		Blob config = new Blob(configType, utf8("{}"));
		return new Image(config, List.of(layers),
				manifest(config, Arrays.stream(layers).map(Images::descriptor).toList()));
	}

	static Blob manifest(Blob config, List<String> layers) {
		return new Blob(OCI_MANIFEST, utf8("""
				{"schemaVersion":2,"mediaType":"%s","config":%s,"layers":[%s]}""".formatted(OCI_MANIFEST,
				descriptor(config), String.join(",", layers))));
	}

	static String descriptor(Blob blob) {
		return descriptor(blob, blob.bytes().length);
	}

	static String descriptor(Blob blob, long size) {
		return "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d}".formatted(blob.mediaType(), blob.digest(), size);
	}

	/** An index; each platform is written as "os/architecture". */
	static Blob index(List<Image> images, List<String> platforms) {
		StringBuilder entries = new StringBuilder();
		for (int index = 0; index < images.size(); index++) {
			String[] platform = platforms.get(index).split("/");
			String entry = descriptor(images.get(index).manifest());
			entries.append((index > 0) ? "," : "")
				.append(entry, 0, entry.length() - 1)
				.append(",\"platform\":{\"os\":\"%s\",\"architecture\":\"%s\"}}".formatted(platform[0], platform[1]));
		}
		return new Blob(OCI_INDEX, utf8("""
				{"schemaVersion":2,"mediaType":"%s","manifests":[%s]}""".formatted(OCI_INDEX, entries)));
	}

	static Blob archive(TarArchive archive) {
		return new Blob(OCI_LAYER, TarArchive.gzip(archive.toByteArray()));
	}

	static byte[] utf8(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

}
