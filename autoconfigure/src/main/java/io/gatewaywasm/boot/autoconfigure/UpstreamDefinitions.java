package io.gatewaywasm.boot.autoconfigure;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

import io.gatewaywasm.boot.services.Upstream;
import io.gatewaywasm.boot.services.UpstreamProtocol;
import org.jspecify.annotations.Nullable;

import org.springframework.util.StringUtils;

/**
 * Validates the declared upstreams and indexes them by name and alias.
 */
final class UpstreamDefinitions {

	private static final String PREFIX = "gateway.wasm.upstreams.";

	/** Maps each accepted scheme to the one that is used. gRPC runs over HTTP. */
	private static final Map<String, String> SCHEMES = Map.of("http", "http", "https", "https", "lb", "lb", "grpc",
			"http", "grpcs", "https");

	private static final String TARGETS = "gateway.wasm.allowed-call-targets";

	/** A host and a port, or an asterisk that stands for a part of them. */
	private static final Pattern TARGET = Pattern
		.compile("[A-Za-z0-9._*-]+:[0-9*]{1,5}|\\[[0-9A-Fa-f:.*]+]:[0-9*]{1,5}|[A-Za-z0-9._:*\\[\\]-]*\\*");

	private UpstreamDefinitions() {
	}

	static Map<String, Upstream> of(Map<String, WasmGatewayProperties.UpstreamProperties> upstreams) {
		Map<String, Upstream> byName = new LinkedHashMap<>();
		upstreams.forEach((name, properties) -> {
			Upstream upstream = upstream(name, properties);
			add(byName, name, name, upstream);
			properties.aliases().forEach((alias) -> add(byName, name, alias, upstream));
		});
		return byName;
	}

	/** Checks the targets that can be called without a declared upstream. */
	static List<String> targets(List<String> targets) {
		// An entry can be empty if it is a placeholder.
		List<String> present = targets.stream().filter(StringUtils::hasText).toList();
		present.forEach((target) -> InvalidWasmPropertyException.unless(TARGET.matcher(target).matches(), TARGETS,
				target, "'%s' is not a host and a port, so it would allow no call".formatted(target),
				"Use 'host:port' without scheme and path, such as 'auth.example.com:443' or '*.example.com:443'."));
		return present;
	}

	private static Upstream upstream(String name, WasmGatewayProperties.UpstreamProperties properties) {
		URI uri = properties.uri();
		if (uri == null || !isAddress(uri)) {
			throw new InvalidWasmPropertyException(PREFIX + name + ".uri",
					InvalidWasmPropertyException.withoutUserInfo(uri),
					"The URI of an upstream consists of scheme, host and optional port",
					"Use http://host:port, https://host:port, grpc://host:port, grpcs://host:port or lb://service. "
							+ "The filter supplies the path of each call.");
		}
		long maxSize = properties.maxResponseSize().toBytes();
		if (maxSize > Integer.MAX_VALUE) {
			throw new InvalidWasmPropertyException(PREFIX + name + ".max-response-size", properties.maxResponseSize(),
					"The size must be at most %d bytes".formatted(Integer.MAX_VALUE),
					"Use a smaller size, such as '1MB'.");
		}
		return new Upstream(URI.create(SCHEMES.get(uri.getScheme()) + "://" + uri.getRawAuthority()), (int) maxSize,
				protocol(uri, properties.protocol()));
	}

	/** Returns the declared protocol, or that of the scheme. gRPC servers need HTTP/2. */
	private static UpstreamProtocol protocol(URI uri, @Nullable UpstreamProtocol declared) {
		if (declared != null) {
			return declared;
		}
		return uri.getScheme().startsWith("grpc") ? UpstreamProtocol.HTTP2 : UpstreamProtocol.HTTP1;
	}

	private static boolean isAddress(URI uri) {
		return uri.getScheme() != null && SCHEMES.containsKey(uri.getScheme())
				&& StringUtils.hasText(uri.getAuthority()) && isHost(uri.getRawAuthority())
				&& isEmpty(uri.getRawPath(), "/") && isEmpty(uri.getRawQuery(), "");
	}

	/** Spring encodes spaces, which no host contains. */
	private static boolean isHost(String authority) {
		return authority.startsWith("[") || authority.indexOf('%') < 0;
	}

	private static boolean isEmpty(@Nullable String value, String empty) {
		return value == null || value.isEmpty() || value.equals(empty);
	}

	private static void add(Map<String, Upstream> byName, String owner, String name, Upstream upstream) {
		Upstream other = byName.putIfAbsent(name, upstream);
		if (other != null && !other.equals(upstream)) {
			throw NamedEntries.conflict(PREFIX, owner, name, "upstream");
		}
	}

}
