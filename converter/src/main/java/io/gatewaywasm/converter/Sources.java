package io.gatewaywasm.converter;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The documents of all files, each converted according to its kind.
 */
final class Sources {

	private final List<Source> sources = new ArrayList<>();

	void add(String file, String text) {
		YamlDocuments.read(file, text).forEach((document) -> add(file, document));
	}

	private void add(String file, Object document) {
		if (document instanceof Map<?, ?> map && "List".equals(map.get("kind"))
				&& map.get("items") instanceof List<?> items) {
			items.forEach((item) -> add(file, item));
			return;
		}
		this.sources.add(new Source(file, document));
	}

	Conversion convert() {
		Conversion conversion = new Conversion();
		ApisixPlugins apisix = new ApisixPlugins(conversion);
		EnvoyFilters envoy = new EnvoyFilters(conversion);
		for (Source source : this.sources) {
			Fields document = new Fields("", (source.document() instanceof List<?>) ? null : source.document());
			String kind = document.text("kind", "");
			String name = (source.file() + ": " + kind + " " + document.object("metadata").text("name", "")).strip();
			if (kind.equals("WasmPlugin") || kind.equals("TrafficExtension")) {
				new IstioPlugin(conversion, document).convert();
			}
			else if (kind.equals("EnvoyExtensionPolicy")) {
				new EnvoyGatewayPolicy(conversion, document).convert();
			}
			else if (ApisixResources.isApisix(document)) {
				apisix.add(source.file(), document);
				name = source.file() + ": APISIX";
			}
			else if (envoy.convert(source.file(), source.document())) {
				name = source.file() + ": Envoy" + (kind.isEmpty() ? "" : ", " + kind);
			}
			else {
				conversion.note("%s does not contain a Wasm filter.", kind.isEmpty() ? source.file() : name);
				continue;
			}
			conversion.source(name);
		}
		apisix.convert();
		envoy.finish();
		return conversion;
	}

	private record Source(String file, Object document) {
	}

}
