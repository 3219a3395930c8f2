package io.gatewaywasm.converter;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * The properties of a plugin under {@code gateway.wasm.plugins.<name>}.
 */
final class Settings {

	/** The location of a module that the source does not have in a file or a registry. */
	static final String UNKNOWN_MODULE = "file:/path/of/filter.wasm";

	private final Map<String, Object> properties = new LinkedHashMap<>();

	private final Conversion conversion;

	private final String path;

	Settings(Conversion conversion, String path) {
		this.conversion = conversion;
		this.path = path;
	}

	Map<String, Object> properties() {
		return this.properties;
	}

	void set(String name, @Nullable String value) {
		if (value != null && !value.isEmpty()) {
			this.properties.put(name, value);
		}
	}

	/** Notes that the source names no module. */
	void noModule() {
		set("url", UNKNOWN_MODULE);
		this.conversion.note("%s names no module. Set `url`.", this.path);
	}

	/**
	 * Sets location and digest from Istio's format: a location without a scheme is an
	 * image, and the digest of an image is that of its manifest, not of the module.
	 */
	void image(String url, @Nullable String sha256) {
		if (url.isEmpty()) {
			noModule();
			return;
		}
		boolean image = !url.contains("://") || url.startsWith("oci://");
		String location = url.contains("://") ? url : "oci://" + url;
		if (image && sha256 != null && !sha256.isEmpty()) {
			set("url", location.contains("@") ? location : location + "@sha256:" + sha256);
			return;
		}
		set("url", location.startsWith("file:///") ? "file:" + location.substring("file://".length()) : location);
		set("sha256", sha256);
	}

	void pullPolicy(@Nullable String policy) {
		if (policy != null) {
			switch (policy) {
				case "IfNotPresent", "1" -> set("image-pull-policy", "if-not-present");
				case "Always", "2" -> set("image-pull-policy", "always");
				case "UNSPECIFIED_POLICY", "0" -> {
				}
				default -> this.conversion.note("%s: the pull policy '%s' is unknown.", this.path, policy);
			}
		}
	}

	void pullSecret(@Nullable String secret) {
		if (secret == null) {
			return;
		}
		if (this.properties.get("url") instanceof String url && url.startsWith("oci://")) {
			this.conversion.registry(url.substring("oci://".length()).replaceFirst("/.*", ""), secret);
		}
		else {
			this.conversion.note("%s: the pull secret '%s' is omitted, because the module is not an image.", this.path,
					secret);
		}
	}

	void failStrategy(@Nullable String strategy) {
		if (strategy != null) {
			switch (strategy.toUpperCase(Locale.ROOT)) {
				case "FAIL_OPEN" -> set("fail-strategy", "open");
				case "FAIL_RELOAD" -> set("fail-strategy", "reload");
				case "FAIL_CLOSE", "FAIL_CLOSED" -> set("fail-strategy", "closed");
				case "UNSPECIFIED" -> {
				}
				default -> this.conversion.note("%s: the fail strategy '%s' is unknown.", this.path, strategy);
			}
		}
	}

	/** Sets a configuration: text unchanged, other values as JSON. */
	void configuration(String name, @Nullable Object value) {
		if (value != null) {
			String text = (value instanceof String string) ? string : Json.write(value);
			set(name, PlaceholderEscaping.literally(text));
			IstioServices.in(text, this.conversion);
		}
	}

	void environment(String name, String value) {
		@SuppressWarnings("unchecked")
		Map<String, Object> environment = (Map<String, Object>) this.properties.computeIfAbsent("environment",
				(key) -> new LinkedHashMap<>());
		// Without brackets, Spring removes underscores from the key of a map.
		environment.put(name.matches("[A-Za-z0-9-]+") ? name : "[" + name + "]", value);
	}

}
