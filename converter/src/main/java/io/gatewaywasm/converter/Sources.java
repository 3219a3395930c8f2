package io.gatewaywasm.converter;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * The documents of all files, each converted according to its kind.
 */
final class Sources {

	/** The note for a file or resource without a filter. */
	static final String NOTHING = "%s does not contain a Wasm filter.";

	private final List<Source> sources = new ArrayList<>();

	void add(String file, String text) {
		YamlDocuments.read(file, text).forEach((document) -> add(file, document));
	}

	private void add(String file, Object document) {
		if (document instanceof Map<?, ?> map && map.get("kind") instanceof String kind && kind.endsWith("List")
				&& map.get("items") instanceof List<?> items) {
			items.forEach((item) -> add(file, item(item, map.get("apiVersion"), kind)));
			return;
		}
		this.sources.add(new Source(file, document));
	}

	/** Returns an element of a list, with the kind that only a typed list has. */
	private static Object item(Object item, @Nullable Object version, String list) {
		if (!(item instanceof Map<?, ?> map) || map.containsKey("kind")) {
			return item;
		}
		Map<@Nullable Object, @Nullable Object> typed = new LinkedHashMap<>(map);
		typed.put("apiVersion", version);
		typed.put("kind", list.replaceFirst("List$", ""));
		return typed;
	}

	Conversion convert() {
		Conversion conversion = new Conversion();
		ApisixPlugins apisix = new ApisixPlugins(conversion);
		EnvoyFilters envoy = new EnvoyFilters(conversion);
		this.sources.stream()
			.map(Source::fields)
			.filter(Sources::isMcpBridge)
			.forEach((bridge) -> conversion.services(HigressService.of(bridge)));
		for (Source source : this.sources) {
			Fields document = source.fields();
			String kind = document.text("kind", "");
			String name = (source.file() + ": " + kind + " " + document.object("metadata").text("name", "")).strip();
			String converted = convert(source, document, kind, conversion, apisix, envoy);
			if (converted == null) {
				conversion.note(NOTHING, kind.isEmpty() ? source.file() : name);
			}
			else {
				conversion.source(converted.isEmpty() ? name : source.file() + ": " + converted);
			}
		}
		apisix.convert();
		envoy.finish();
		return conversion;
	}

	/**
	 * Converts a document, and returns its format, empty if its kind tells it, or
	 * {@code null} if there is nothing to convert.
	 */
	private static @Nullable String convert(Source source, Fields document, String kind, Conversion conversion,
			ApisixPlugins apisix, EnvoyFilters envoy) {
		if (isMcpBridge(document)) {
			return "";
		}
		if (kind.equals("WasmPlugin") || kind.equals("TrafficExtension")) {
			new IstioPlugin(conversion, document).convert();
			return "";
		}
		if (kind.equals("EnvoyExtensionPolicy")) {
			new EnvoyGatewayPolicy(conversion, document).convert();
			return "";
		}
		if (kind.equals("EnvoyFilter")) {
			return new IstioEnvoyFilter(conversion, envoy, source.file(), document).convert() ? "" : null;
		}
		if (ApisixResources.isApisix(document)) {
			apisix.add(source.file(), document);
			return "APISIX";
		}
		if (!envoy.convert(source.file(), source.document())) {
			return null;
		}
		if (kind.isEmpty()) {
			return "Envoy";
		}
		conversion.note("%s: only the filters of the %s are converted, not where they apply.", source.file(), kind);
		return "Envoy, " + kind;
	}

	private static boolean isMcpBridge(Fields document) {
		return document.value("kind") instanceof String kind && kind.equals("McpBridge");
	}

	private record Source(String file, Object document) {

		Fields fields() {
			if (!(this.document instanceof Map) && !(this.document instanceof List)) {
				throw new ConverterException("'%s' contains only the text '%s'. Is it the path of a file?"
					.formatted(this.file, this.document));
			}
			return new Fields("", (this.document instanceof List<?>) ? null : this.document);
		}

	}

}
