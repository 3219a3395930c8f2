package io.gatewaywasm.converter;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A service that an {@code McpBridge} of Higress declares by its addresses. Services of
 * other registries, such as Nacos, have no addresses in the source.
 */
record HigressService(String host, String port, String uri, List<String> notes) {

	private static final Set<String> DIRECT = Set.of("dns", "static");

	private static final Set<String> PLAIN = Set.of("http", "http2", "grpc", "grpc-web");

	private static final Set<String> TLS = Set.of("https", "grpcs");

	/** Returns the services of an {@code McpBridge}. */
	static List<HigressService> of(Fields document) {
		return document.object("spec")
			.separateObjects("registries")
			.stream()
			.filter((registry) -> DIRECT.contains(registry.text("type", "")))
			.map(HigressService::service)
			.toList();
	}

	private static HigressService service(Fields registry) {
		String host = registry.text("name", "") + "." + registry.text("type", "");
		String port = registry.text("port", "80");
		List<String> notes = new ArrayList<>();
		String protocol = registry.text("protocol", port.equals("443") ? "https" : "http").toLowerCase(Locale.ROOT);
		if (!PLAIN.contains(protocol) && !TLS.contains(protocol)) {
			notes.add("`%s` has the protocol '%s'. If it is a Redis server, declare it under `gateway.wasm.redis`."
				.formatted(host, protocol));
		}
		List<String> addresses = Stream.of(registry.text("domain", "").split(","))
			.map(String::strip)
			.filter((address) -> !address.isEmpty())
			.toList();
		if (addresses.isEmpty()) {
			notes.add("`%s` names no address. Set the `uri` of its upstream.".formatted(host));
		}
		else if (addresses.size() > 1) {
			notes.add("`%s` has %d addresses; `uri` contains only the first.".formatted(host, addresses.size()));
		}
		String address = addresses.isEmpty() ? host : addresses.get(0);
		registry.unread((field) -> notes.add("McpBridge: `%s` has no equivalent.".formatted(field)));
		String uri = "%s://%s".formatted(TLS.contains(protocol) ? "https" : "http",
				address.contains(":") ? address : address + ":" + port);
		return new HigressService(host, port, PlaceholderEscaping.literally(uri), List.copyOf(notes));
	}

	String cluster() {
		return "outbound|%s||%s".formatted(this.port, this.host);
	}

	/** Returns whether a configuration names the service. */
	boolean isIn(String configuration) {
		return Pattern.compile("(?<![\\w.-])" + Pattern.quote(this.host) + "(?![\\w-]|\\.\\w)")
			.matcher(configuration)
			.find();
	}

}
