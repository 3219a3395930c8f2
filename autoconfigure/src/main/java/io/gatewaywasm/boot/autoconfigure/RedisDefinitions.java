package io.gatewaywasm.boot.autoconfigure;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.gatewaywasm.boot.redis.RedisServer;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.ssl.NoSuchSslBundleException;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;
import org.springframework.util.unit.DataSize;

/**
 * Validates the declared Redis servers and indexes them by name and alias. Spring Boot's
 * own Redis properties are read by name, because their class differs between Spring Boot
 * versions.
 */
final class RedisDefinitions {

	private static final String PREFIX = "gateway.wasm.redis.";

	private static final String SPRING = "spring.data.redis.";

	/** Identifies the server in log messages. */
	private static final String SPRING_NAME = "spring.data.redis";

	private static final int PORT = 6379;

	private static final String VALID = "Use redis://host:port or rediss://host:port, optionally with user:password@ before"
			+ " the host and /database-number after the port.";

	private final Environment environment;

	private final Binder binder;

	private final @Nullable SslBundles sslBundles;

	RedisDefinitions(Environment environment, @Nullable SslBundles sslBundles) {
		this.environment = environment;
		this.binder = Binder.get(environment);
		this.sslBundles = sslBundles;
	}

	Map<String, RedisServer> of(Map<String, WasmGatewayProperties.RedisProperties> bound) {
		Map<String, RedisServer> byName = new LinkedHashMap<>();
		NamedEntries.redis(bound).declared(this.environment).forEach((name, properties) -> {
			RedisServer server = server(name, properties);
			add(byName, name, name, server);
			properties.aliases().forEach((alias) -> add(byName, name, alias, server));
		});
		return byName;
	}

	private RedisServer server(String name, WasmGatewayProperties.RedisProperties properties) {
		URI uri = properties.uri();
		Address address = (uri != null) ? address(PREFIX + name + ".uri", uri) : spring(name);
		String bundle = properties.sslBundle();
		if (!StringUtils.hasText(bundle) && uri == null) {
			bundle = spring("ssl.bundle", String.class);
		}
		Integer database = (properties.database() != null) ? properties.database() : address.database();
		check(name, properties, database);
		boolean credentials = properties.username() != null || properties.password() != null;
		return new RedisServer(name, address.host(), address.port(), address.tls() || StringUtils.hasText(bundle),
				StringUtils.hasText(bundle) ? bundle(name, bundle) : null,
				credentials ? properties.username() : address.username(),
				credentials ? properties.password() : address.password(), database,
				(int) properties.maxReplySize().toBytes(), properties.connectTimeout());
	}

	private static void check(String name, WasmGatewayProperties.RedisProperties properties,
			@Nullable Integer database) {
		long size = properties.maxReplySize().toBytes();
		InvalidWasmPropertyException.unless(size <= Integer.MAX_VALUE / 2, PREFIX + name + ".max-reply-size",
				properties.maxReplySize(), "The size must be less than 1GB", "Use a size such as '1MB'.");
		InvalidWasmPropertyException.unless(database == null || database >= 0, PREFIX + name + ".database", database,
				"The database number must not be negative", "Use 0 for the default database.");
	}

	/**
	 * Returns the server that {@code spring.data.redis} describes. {@code property} is
	 * the property to report if that server is missing.
	 */
	RedisServer ofSpring(String property) {
		if (spring("url", String.class) == null && spring("host", String.class) == null) {
			throw new InvalidWasmPropertyException(property, null,
					"Shared data in Redis needs a server, but neither this property nor 'spring.data.redis' sets one",
					"Set it to the name of a server declared under 'gateway.wasm.redis', or set 'spring.data.redis.url'.");
		}
		return server(SPRING_NAME, new WasmGatewayProperties.RedisProperties(null, null, null, null, null, List.of(),
				DataSize.ofMegabytes(RedisServer.REPLY_MB), Duration.ofSeconds(RedisServer.CONNECT_TIMEOUT_SECONDS)));
	}

	private Address spring(String name) {
		URI url = spring("url", URI.class);
		if (url != null) {
			return address(SPRING + "url", url);
		}
		String host = spring("host", String.class);
		if (host == null) {
			throw new InvalidWasmPropertyException(PREFIX + name + ".uri", null,
					"A Redis server needs an address, but neither this property nor 'spring.data.redis' sets one",
					VALID);
		}
		Integer port = spring("port", Integer.class);
		Boolean tls = spring("ssl.enabled", Boolean.class);
		return new Address(host, (port != null) ? port : PORT, Boolean.TRUE.equals(tls),
				spring("username", String.class), spring("password", String.class), spring("database", Integer.class));
	}

	private <T> @Nullable T spring(String name, Class<T> type) {
		return this.binder.bind(SPRING + name, Bindable.of(type)).orElse(null);
	}

	private static Address address(String property, URI uri) {
		boolean tls = "rediss".equals(uri.getScheme());
		String path = (uri.getRawPath() != null) ? uri.getRawPath() : "";
		if ((!tls && !"redis".equals(uri.getScheme())) || uri.getHost() == null || uri.getRawQuery() != null
				|| !path.matches("|/|/[0-9]{1,5}")) {
			throw new InvalidWasmPropertyException(property, InvalidWasmPropertyException.withoutUserInfo(uri),
					"The value is not the address of a Redis server", VALID);
		}
		String user = null;
		String password = null;
		String userInfo = uri.getRawUserInfo();
		if (userInfo != null) {
			int colon = userInfo.indexOf(':');
			user = (colon > 0) ? decode(userInfo.substring(0, colon)) : null;
			password = decode(userInfo.substring(colon + 1));
		}
		return new Address(uri.getHost(), (uri.getPort() < 0) ? PORT : uri.getPort(), tls, user, password,
				(path.length() > 1) ? Integer.valueOf(path.substring(1)) : null);
	}

	private static String decode(String text) {
		return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
	}

	private SslBundle bundle(String name, @Nullable String bundle) {
		SslBundles bundles = this.sslBundles;
		try {
			if (bundles != null && bundle != null) {
				return bundles.getBundle(bundle);
			}
		}
		catch (NoSuchSslBundleException ex) {
			// Reported below.
		}
		throw new InvalidWasmPropertyException(PREFIX + name + ".ssl-bundle", bundle,
				"No SSL bundle with that name is declared", "Declare it under 'spring.ssl.bundle'.");
	}

	private static void add(Map<String, RedisServer> byName, String owner, String name, RedisServer server) {
		RedisServer other = byName.putIfAbsent(name, server);
		if (other != null && !other.equals(server)) {
			throw NamedEntries.conflict(PREFIX, owner, name, "Redis server");
		}
	}

	private record Address(String host, int port, boolean tls, @Nullable String username, @Nullable String password,
			@Nullable Integer database) {

	}

}
