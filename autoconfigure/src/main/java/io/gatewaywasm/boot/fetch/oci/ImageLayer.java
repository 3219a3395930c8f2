package io.gatewaywasm.boot.fetch.oci;

import java.util.List;
import java.util.Set;

import io.gatewaywasm.boot.fetch.FetchFailure;
import io.gatewaywasm.boot.fetch.ModuleFetchException;
import org.jspecify.annotations.Nullable;

/**
 * Where in an image the module is.
 */
sealed interface ImageLayer {

	/** Layers that are a module. */
	Set<String> WASM = Set.of("application/vnd.module.wasm.content.layer.v1+wasm",
			"application/vnd.wasm.content.layer.v1+wasm", "application/wasm");

	/** Layers that are an archive. */
	Set<String> ARCHIVE = Set.of("application/vnd.docker.image.rootfs.diff.tar.gzip",
			"application/vnd.docker.image.rootfs.diff.tar", "application/vnd.oci.image.layer.v1.tar+gzip",
			"application/vnd.oci.image.layer.v1.tar");

	/** A layer that is the module's configuration at run time. */
	String RUNTIME_CONFIG = "application/vnd.module.wasm.config.v1+json";

	/**
	 * Return where in an image the module is. A layer that says it is a module counts
	 * before any archive; of archives, the last is meant. Other layers are documentation.
	 * @param image the image
	 * @return the layer
	 * @throws ModuleFetchException if there is none
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
			.orElseThrow(() -> unsupported(image, "has no layer that holds a module; its layers are "
					+ layers.stream().map(Descriptor::mediaType).toList()));
	}

	private static ModuleFetchException unsupported(Manifest image, String what) {
		return new ModuleFetchException(FetchFailure.UNSUPPORTED_IMAGE,
				"The image %s %s".formatted(image.digest(), what),
				"Pack the module in one of the formats that docs/modules.md lists.");
	}

	/**
	 * The module is a layer of its own.
	 *
	 * @param module the layer
	 * @param config the layer with its configuration at run time, or {@code null}
	 */
	record Raw(Descriptor module, @Nullable Descriptor config) implements ImageLayer {

	}

	/**
	 * The module is a file in an archive.
	 *
	 * @param layer the layer
	 */
	record Archive(Descriptor layer) implements ImageLayer {

	}

}
