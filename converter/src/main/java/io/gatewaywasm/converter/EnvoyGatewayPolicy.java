package io.gatewaywasm.converter;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/**
 * An {@code EnvoyExtensionPolicy} of Envoy Gateway.
 */
final class EnvoyGatewayPolicy {

	private final Conversion conversion;

	private final Fields document;

	private final Fields spec;

	private final String name;

	private final String path;

	EnvoyGatewayPolicy(Conversion conversion, Fields document) {
		this.conversion = conversion;
		this.document = document;
		Fields metadata = document.object("metadata");
		metadata.leaveOut(metadata.names().toArray(String[]::new));
		this.name = metadata.text("name", "");
		this.spec = document.object("spec");
		this.path = "EnvoyExtensionPolicy '%s'".formatted(this.name);
	}

	void convert() {
		this.document.leaveOut("apiVersion", "kind", "status");
		List<Fields> filters = this.spec.objects("wasm");
		List<String> plugins = new ArrayList<>();
		for (Fields filter : filters) {
			boolean alone = filters.size() == 1;
			String named = filter.text("name", "");
			String plugin = !named.isEmpty() ? named : alone ? this.name : this.name + "-" + (plugins.size() + 1);
			Settings settings = new Settings(this.conversion,
					alone ? this.path : "%s (%s)".formatted(this.path, filter.path()));
			plugins.add(this.conversion.plugin(plugin, properties(settings, filter)));
		}
		targets(plugins);
		this.document.unread((field) -> this.conversion.note("%s: `%s` has no equivalent.", this.path, field));
	}

	private void targets(List<String> plugins) {
		List<Fields> targets = new ArrayList<>(this.spec.objects("targetRefs"));
		if (this.spec.has("targetRef")) {
			targets.add(this.spec.object("targetRef"));
		}
		List<String> routes = names(targets, true);
		List<String> others = names(targets, false);
		targets.forEach((target) -> target.leaveOut("group", "kind", "name"));
		for (Fields selector : this.spec.objects("targetSelectors")) {
			(isRoute(selector) ? routes : others).add(describe(selector));
		}
		List<String> filters = plugins.stream().map((plugin) -> "`Wasm=" + plugin + "`").toList();
		if (others.isEmpty() && !routes.isEmpty()) {
			this.conversion.note("%s applies to the routes %s. Add %s to their `filters`.", this.path, routes, filters);
			return;
		}
		plugins.forEach((plugin) -> this.conversion.onAllRoutes(plugin, 4, 0));
		if (!routes.isEmpty() || others.size() > 1 || this.spec.has("targetSelectors")) {
			this.conversion.note(
					"%s applies to %s%s. Here, %s are on all routes. Move them if this gateway has other routes.",
					this.path, others, routes.isEmpty() ? "" : " and the routes " + routes, filters);
		}
	}

	private static List<String> names(List<Fields> targets, boolean areRoutes) {
		return new ArrayList<>(targets.stream()
			.filter((target) -> isRoute(target) == areRoutes)
			.map((target) -> areRoutes ? target.text("name", "")
					: target.text("kind", "") + " " + target.text("name", ""))
			.toList());
	}

	private static boolean isRoute(Fields target) {
		return target.text("kind", "").endsWith("Route");
	}

	/** Describes targets that are selected by labels. */
	private static String describe(Fields selector) {
		selector.leaveOut("group");
		Fields labels = selector.object("matchLabels");
		String description = selector.text("kind", "") + labels.names()
			.stream()
			.map((label) -> " %s=%s".formatted(label, labels.text(label)))
			.collect(Collectors.joining());
		labels.leaveOutAll();
		return description;
	}

	private static Map<String, Object> properties(Settings settings, Fields filter) {
		Fields code = filter.object("code");
		code.leaveOut("type");
		Fields image = code.object("image");
		if (!image.isEmpty()) {
			settings.image(image.text("url", ""), sha256(image, code));
		}
		else if (code.object("http").has("url")) {
			Fields http = code.object("http");
			settings.set("url", http.text("url"));
			settings.set("sha256", sha256(http, code));
		}
		else {
			settings.noModule();
		}
		settings.pullPolicy(code.text("pullPolicy"));
		Fields secret = image.object("pullSecretRef");
		secret.leaveOut("group", "kind", "namespace");
		settings.pullSecret(secret.text("name"));
		settings.set("root-id", filter.text("rootID"));
		settings.failStrategy(filter.isTrue("failOpen") ? "FAIL_OPEN" : null);
		settings.configuration("configuration", filter.value("config"));
		filter.object("env")
			.texts("hostKeys")
			.forEach((key) -> settings.environment(key, PlaceholderEscaping.environmentVariable(key)));
		return settings.properties();
	}

	/** Before its first release, Envoy Gateway had the digest next to the source. */
	private static @Nullable String sha256(Fields source, Fields code) {
		String digest = source.text("sha256");
		return (digest != null) ? digest : code.text("sha256");
	}

}
