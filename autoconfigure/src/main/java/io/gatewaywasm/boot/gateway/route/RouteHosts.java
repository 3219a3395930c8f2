package io.gatewaywasm.boot.gateway.route;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import io.gatewaywasm.host.abi.HeaderPair;
import io.gatewaywasm.host.spi.RouteUpstream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

import org.springframework.cloud.client.ServiceInstance;

/**
 * The hosts that the requests of a route can be sent to: the instances of a load-balanced
 * service, or the single host of the route's URI.
 */
public final class RouteHosts {

	public static final RouteHosts NONE = new RouteHosts("", Map.of());

	private static final Logger logger = LoggerFactory.getLogger(RouteHosts.class);

	/** The limit bounds the data that each host call copies into the guest's memory. */
	private static final int MAX_HOSTS = 1000;

	private static final Duration TIMEOUT = Duration.ofSeconds(2);

	/**
	 * Facts that guests expect about a host. A load balancer and a route know no others.
	 */
	private static final String FACTS = "{\"health_status\":\"Healthy\",\"metrics\":\"\"}";

	/**
	 * A host. If it comes from the route's URI, the service is empty and the instance is
	 * {@code null}.
	 */
	public record Host(String service, @Nullable ServiceInstance instance) {

	}

	private final String service;

	private final Map<String, @Nullable ServiceInstance> hosts;

	private RouteHosts(String service, Map<String, @Nullable ServiceInstance> hosts) {
		this.service = service;
		this.hosts = hosts;
	}

	/** Finds the hosts of a route. Emits no hosts if they cannot be found in time. */
	public static Mono<RouteHosts> find(@Nullable RouteUpstream route, ServiceInstances instances) {
		if (route == null) {
			return Mono.just(NONE);
		}
		URI uri = route.uri();
		if (!"lb".equals(uri.getScheme())) {
			return Mono.just(new RouteHosts("", single(address(uri.getRawAuthority(), uri.getScheme()))));
		}
		String service = service(uri);
		return Mono.defer(() -> instances.of(service)).timeout(TIMEOUT).onErrorResume((failure) -> {
			logger.warn("The instances of service '{}' could not be found for a filter that asks for them: {}", service,
					failure.getMessage());
			return Mono.just(List.of());
		}).defaultIfEmpty(List.of()).map((found) -> of(service, found));
	}

	/** Returns the service in {@code lb://service} or {@code lb:https://service}. */
	private static String service(URI uri) {
		return (uri.isOpaque() ? URI.create(uri.getRawSchemeSpecificPart()) : uri).getRawAuthority();
	}

	private static Map<String, @Nullable ServiceInstance> single(String address) {
		Map<String, @Nullable ServiceInstance> hosts = new LinkedHashMap<>();
		hosts.put(address, null);
		return hosts;
	}

	private static RouteHosts of(String service, List<ServiceInstance> instances) {
		Map<String, @Nullable ServiceInstance> hosts = new LinkedHashMap<>();
		instances.stream().limit(MAX_HOSTS).forEach((instance) -> hosts.putIfAbsent(address(instance), instance));
		return new RouteHosts(service, hosts);
	}

	private static String address(ServiceInstance instance) {
		String host = instance.getHost().toLowerCase(Locale.ROOT);
		int port = (instance.getPort() > 0) ? instance.getPort() : instance.isSecure() ? 443 : 80;
		return host + ":" + port;
	}

	private static String address(String authority, String scheme) {
		String address = authority.toLowerCase(Locale.ROOT);
		return address.matches(".*:[0-9]+") ? address : address + (scheme.equals("https") ? ":443" : ":80");
	}

	/** Returns the hosts in the guest's format: address and facts. */
	public List<HeaderPair> pairs() {
		List<HeaderPair> pairs = new ArrayList<>(this.hosts.size());
		this.hosts.keySet().forEach((address) -> pairs.add(new HeaderPair(address, FACTS)));
		return pairs;
	}

	/**
	 * Returns the host with this address, or {@code null} if the route has no such host.
	 */
	public @Nullable Host host(String address) {
		String key = address.toLowerCase(Locale.ROOT);
		return this.hosts.containsKey(key) ? new Host(this.service, this.hosts.get(key)) : null;
	}

}
