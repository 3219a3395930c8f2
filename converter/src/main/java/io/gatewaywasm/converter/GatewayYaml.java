package io.gatewaywasm.converter;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.representer.Representer;

/**
 * Writes a conversion as {@code application.yaml}.
 */
final class GatewayYaml {

	private GatewayYaml() {
	}

	static String write(Conversion conversion) {
		StringBuilder text = new StringBuilder();
		conversion.sources().forEach((source) -> comment(text, "Converted from " + source));
		if (!conversion.notes().isEmpty()) {
			comment(text, "Not converted:");
			conversion.notes().forEach((note) -> comment(text, "- " + note));
		}
		return text.append(yaml().dump(properties(conversion))).toString();
	}

	private static void comment(StringBuilder text, String line) {
		text.append("# ").append(line.replaceAll("\\s+", " ")).append('\n');
	}

	private static Map<String, Object> properties(Conversion conversion) {
		Map<String, Object> gateway = new LinkedHashMap<>();
		putUnlessEmpty(gateway, "default-filters", conversion.defaultFilters());
		putUnlessEmpty(gateway, "routes", conversion.routes());
		Map<String, Object> wasm = new LinkedHashMap<>();
		wasm.put("plugins", conversion.plugins());
		putUnlessEmpty(wasm, "upstreams", conversion.upstreams());
		putUnlessEmpty(wasm, "registries", conversion.registries());
		Map<String, Object> properties = new LinkedHashMap<>();
		putUnlessEmpty(properties, "spring.cloud.gateway.server.webflux", gateway);
		properties.put("gateway.wasm", wasm);
		return properties;
	}

	private static void putUnlessEmpty(Map<String, Object> map, String name, List<?> value) {
		if (!value.isEmpty()) {
			map.put(name, value);
		}
	}

	private static void putUnlessEmpty(Map<String, Object> map, String name, Map<String, ?> value) {
		if (!value.isEmpty()) {
			map.put(name, value);
		}
	}

	private static Yaml yaml() {
		DumperOptions options = new DumperOptions();
		options.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
		options.setIndicatorIndent(2);
		options.setIndentWithIndicator(true);
		options.setSplitLines(false);
		return new Yaml(new TextRepresenter(options), options);
	}

	/** Writes multi-line text as a block. */
	private static final class TextRepresenter extends Representer {

		TextRepresenter(DumperOptions options) {
			super(options);
			this.representers.put(String.class, this::text);
		}

		private Node text(Object value) {
			String text = (String) value;
			return representScalar(Tag.STR, text,
					text.contains("\n") ? DumperOptions.ScalarStyle.LITERAL : DumperOptions.ScalarStyle.PLAIN);
		}

	}

}
