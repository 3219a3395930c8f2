package io.gatewaywasm.registry.oci;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * An image format for filters.
 */
public enum ImageFormat {

	/**
	 * An artifact with two layers: the unpacked filter and its runtime configuration, as
	 * {@code wasme build} packed them.
	 */
	ARTIFACT {

		@Override
		public Image pack(byte[] wasm, byte[] runtimeConfig) {
			Blob config = new Blob("application/vnd.oci.image.config.v1+json", ascii("{}"));
			return Image.of(OCI_MANIFEST, "", config,
					List.of(new Blob("application/vnd.module.wasm.config.v1+json", runtimeConfig),
							new Blob("application/vnd.module.wasm.content.layer.v1+wasm", wasm)));
		}

	},

	/**
	 * An OCI image with one layer, an archive of both files, for tools that support only
	 * images.
	 */
	COMPAT {

		@Override
		public Image pack(byte[] wasm, byte[] runtimeConfig) {
			byte[] tar = archive(wasm, runtimeConfig);
			return Image.of(OCI_MANIFEST, ",\"annotations\":{\"module.wasm.image/variant\":\"compat\"}",
					new Blob("application/vnd.oci.image.config.v1+json", imageConfig(tar)),
					List.of(new Blob("application/vnd.oci.image.layer.v1.tar+gzip", TarArchive.gzip(tar))));
		}

	},

	/**
	 * A Docker image with one layer, an archive of both files.
	 */
	DOCKER {

		@Override
		public Image pack(byte[] wasm, byte[] runtimeConfig) {
			byte[] tar = archive(wasm, runtimeConfig);
			return Image.of("application/vnd.docker.distribution.manifest.v2+json", "",
					new Blob("application/vnd.docker.container.image.v1+json", imageConfig(tar)),
					List.of(new Blob("application/vnd.docker.image.rootfs.diff.tar.gzip", TarArchive.gzip(tar))));
		}

	};

	private static final String OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json";

	/**
	 * Packs a filter.
	 * @param wasm the filter
	 * @param runtimeConfig its runtime configuration, a JSON object
	 * @return the image
	 */
	public abstract Image pack(byte[] wasm, byte[] runtimeConfig);

	private static byte[] archive(byte[] wasm, byte[] runtimeConfig) {
		return new TarArchive().add("plugin.wasm", wasm).add("runtime-config.json", runtimeConfig).toByteArray();
	}

	private static byte[] imageConfig(byte[] tar) {
		return ascii("""
				{"architecture":"wasm","os":"wasi","config":{},"rootfs":{"type":"layers","diff_ids":["%s"]}}"""
			.formatted(Digest.sha256(tar)));
	}

	private static byte[] ascii(String text) {
		return text.getBytes(StandardCharsets.US_ASCII);
	}

}
