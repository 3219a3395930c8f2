package io.gatewaywasm.packer;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;

/**
 * An image with one filter in it.
 *
 * @param config the image's configuration
 * @param layers its layers
 * @param manifest what names them
 */
public record Image(Blob config, List<Blob> layers, Blob manifest) {

	public Image {
		layers = List.copyOf(layers);
	}

	/**
	 * Create an image.
	 * @param manifestType the media type of its manifest
	 * @param annotation a member of the manifest's JSON with annotations, or nothing
	 * @param config its configuration
	 * @param layers its layers
	 * @return the image
	 */
	static Image of(String manifestType, String annotation, Blob config, List<Blob> layers) {
		String manifest = """
				{"schemaVersion":2,"mediaType":"%s","config":%s,"layers":[%s]%s}""".formatted(manifestType,
				config.descriptor(), layers.stream().map(Blob::descriptor).collect(Collectors.joining(",")),
				annotation);
		return new Image(config, layers, new Blob(manifestType, manifest.getBytes(StandardCharsets.UTF_8)));
	}

}
