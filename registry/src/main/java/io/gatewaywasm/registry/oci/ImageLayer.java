package io.gatewaywasm.registry.oci;

import java.util.List;
import java.util.Set;

import io.gatewaywasm.registry.FetchFailure;
import io.gatewaywasm.registry.ModuleFetchException;
import org.jspecify.annotations.Nullable;

/**
 * The layer of an image that contains the module.
 */
sealed interface ImageLayer {

	/** Media types of layers that are a module. */
	Set<String> WASM = Set.of("application/vnd.module.wasm.content.layer.v1+wasm",
			"application/vnd.wasm.content.layer.v1+wasm", "application/wasm");

	/** Media types of layers that are an archive. */
	Set<String> ARCHIVE = Set.of("application/vnd.docker.image.rootfs.diff.tar.gzip",
			"application/vnd.docker.image.rootfs.diff.tar", "application/vnd.oci.image.layer.v1.tar+gzip",
			"application/vnd.oci.image.layer.v1.tar");

	/** Media type of a layer that contains the module's runtime configuration. */
	String RUNTIME_CONFIG = "application/vnd.module.wasm.config.v1+json";

	/**
	 * Finds the layer with the module. A layer with a module's media type takes
	 * precedence over archives. The last archive is used. Other layers are documentation.
	 * Throws {@link ModuleFetchException} if the image has no layer with a module.
	 */
	static ImageLayer of(Manifest image) {
		List<Descriptor> layers = image.layers();
		List<Descriptor> modules = layers.stream().filter((layer) -> WASM.contains(layer.mediaType())).toList();
		if (modules.size() > 1) {
			throw unsupported(image, "has %d layers that are modules".formatted(modules.size()));
		}
		if (modules.size() == 1) {
			return new Raw(modules.get(0),
					layers.stream()
						.filter((layer) -> layer.mediaType().equals(RUNTIME_CONFIG))
						.findFirst()
						.orElse(null));
		}
		return layers.stream()
			.filter((layer) -> ARCHIVE.contains(layer.mediaType()))
			.reduce((first, second) -> second)
			.map(Archive::new)
			.orElseThrow(() -> unsupported(image, "has no layer that contains a module. Its layers are "
					+ layers.stream().map(Descriptor::mediaType).toList()));
	}

	private static ModuleFetchException unsupported(Manifest image, String what) {
		return new ModuleFetchException(FetchFailure.UNSUPPORTED_IMAGE,
				"The image %s %s".formatted(image.digest(), what),
				"Pack the module in one of the formats listed in docs/modules.md.");
	}

	/**
	 * The layer is the module. {@code config} is the layer with the runtime
	 * configuration, or {@code null}.
	 */
	record Raw(Descriptor module, @Nullable Descriptor config) implements ImageLayer {

	}

	/** The layer is an archive that contains the module. */
	record Archive(Descriptor layer) implements ImageLayer {

	}

}
