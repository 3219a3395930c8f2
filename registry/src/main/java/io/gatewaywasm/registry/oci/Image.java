package io.gatewaywasm.registry.oci;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;

/**
 * An image with one filter.
 *
 * @param config the configuration
 * @param layers the layers
 * @param manifest the manifest, which refers to both
 */
public record Image(Blob config, List<Blob> layers, Blob manifest) {

	public Image {
		layers = List.copyOf(layers);
	}

	/** Creates an image; {@code annotation} is an additional member of the manifest. */
	static Image of(String manifestType, String annotation, Blob config, List<Blob> layers) {
		String manifest = """
				{"schemaVersion":2,"mediaType":"%s","config":%s,"layers":[%s]%s}""".formatted(manifestType,
				config.descriptor(), layers.stream().map(Blob::descriptor).collect(Collectors.joining(",")),
				annotation);
		return new Image(config, layers, new Blob(manifestType, manifest.getBytes(StandardCharsets.UTF_8)));
	}

}
