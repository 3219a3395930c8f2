package io.gatewaywasm.converter;

import java.util.Set;

/**
 * A {@code WasmPlugin} of Istio or Higress, or a {@code TrafficExtension} of Istio, which
 * has the same fields under {@code spec.wasm}.
 */
final class IstioPlugin {

	private static final Set<String> ON_ROUTES = Set.of("spec.selector", "spec.targetRef", "spec.targetRefs",
			"spec.match");

	private static final Set<String> HTTP = Set.of("HTTP", "UNSPECIFIED_PLUGIN_TYPE", "0", "1");

	private final Conversion conversion;

	private final Fields document;

	private final Fields spec;

	private final Fields wasm;

	private final String path;

	IstioPlugin(Conversion conversion, Fields document) {
		this.conversion = conversion;
		this.document = document;
		Fields metadata = document.object("metadata");
		metadata.leaveOut(metadata.names().toArray(String[]::new));
		String name = metadata.text("name", "");
		this.path = document.text("kind", "") + (name.isEmpty() ? " without a name" : " '%s'".formatted(name));
		this.spec = document.object("spec");
		this.wasm = "TrafficExtension".equals(document.text("kind")) ? this.spec.object("wasm") : this.spec;
	}

	void convert() {
		this.document.leaveOut("apiVersion", "status");
		if (this.spec.has("lua")) {
			this.conversion.note("%s is a Lua script. Write a gateway filter in Java instead.", this.path);
			return;
		}
		String type = this.wasm.text("type", "HTTP");
		if (!HTTP.contains(type)) {
			this.conversion.note("%s has the type %s, but the gateway runs only HTTP filters.", this.path, type);
			return;
		}
		Settings settings = new Settings(this.conversion, this.path);
		settings.image(this.wasm.text("url", ""), this.wasm.text("sha256"));
		settings.pullPolicy(this.wasm.text("imagePullPolicy"));
		settings.pullSecret(this.wasm.text("imagePullSecret"));
		settings.set("verification-key", this.wasm.text("verificationKey"));
		settings.set("root-id", this.wasm.text("pluginName"));
		settings.failStrategy(this.wasm.text("failStrategy"));
		HigressRules rules = new HigressRules(this.conversion, this.path, this.spec);
		boolean isHigress = HigressRules.isHigress(this.document);
		settings.configuration("configuration", isHigress ? rules.configuration() : this.wasm.value("pluginConfig"));
		this.wasm.object("vmConfig").objects("env").forEach((variable) -> environment(settings, variable));
		String plugin = this.conversion.plugin(this.document.object("metadata").text("name", ""),
				settings.properties());
		int rank = rank();
		long priority = this.spec.number("priority");
		if (!isHigress || !rules.isDisabled()) {
			this.conversion.onAllRoutes(plugin, rank, priority);
		}
		this.document.unread((field) -> this.conversion.note("%s: `%s` has no equivalent%s", this.path, field,
				ON_ROUTES.contains(field)
						? ". '%s' is on all routes. Move it to the routes that it applies to.".formatted(plugin)
						: "."));
	}

	private void environment(Settings settings, Fields variable) {
		String name = variable.text("name", "");
		String source = variable.text("valueFrom", "INLINE");
		if (source.equals("HOST") || source.equals("1")) {
			variable.leaveOut("value");
			settings.environment(name, PlaceholderEscaping.environmentVariable(name));
			return;
		}
		if (!source.equals("INLINE") && !source.equals("0")) {
			this.conversion.note("%s: `%s` is '%s', which is unknown.", this.path, variable.at("valueFrom"), source);
		}
		settings.environment(name, PlaceholderEscaping.literally(variable.text("value", "")));
	}

	/** Istio runs phases in this order, and filters without a phase last. */
	private int rank() {
		String phase = this.spec.text("phase", "UNSPECIFIED_PHASE");
		return switch (phase) {
			case "AUTHN", "1" -> 1;
			case "AUTHZ", "2" -> 2;
			case "STATS", "3" -> 3;
			case "UNSPECIFIED_PHASE", "0" -> 4;
			default -> {
				this.conversion.note("%s: the phase '%s' is unknown.", this.path, phase);
				yield 4;
			}
		};
	}

}
