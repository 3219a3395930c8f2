package io.gatewaywasm.converter;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Services in a configuration, named like the clusters of Istio and Higress:
 * {@code outbound|8081||auth.shop.svc.cluster.local}. Configurations of Higress can also
 * name a service of an {@code McpBridge} by its host.
 */
final class IstioServices {

	private static final Pattern CLUSTER = Pattern
		.compile("outbound\\|(?<port>\\d{1,5})\\|(?<subset>[^|\\s\"]*)\\|(?<host>[A-Za-z0-9._-]+)");

	/** The ends of names that Higress gives services of its registries. */
	private static final Pattern REGISTRY = Pattern.compile(".*\\.(dns|static|nacos|consul|eureka|zookeeper)");

	private IstioServices() {
	}

	static void in(String configuration, Conversion conversion) {
		List<HigressService> services = conversion.services()
			.stream()
			.filter((service) -> service.isIn(configuration))
			.toList();
		services.stream()
			.map(HigressService::notes)
			.flatMap(List::stream)
			.forEach((note) -> conversion.note("%s", note));
		Set<String> hosts = new HashSet<>();
		Matcher matcher = CLUSTER.matcher(configuration);
		while (matcher.find()) {
			String host = matcher.group("host");
			hosts.add(host);
			HigressService service = services.stream()
				.filter((candidate) -> candidate.host().equals(host))
				.findFirst()
				.orElse(null);
			int port = Integer.parseInt(matcher.group("port"));
			conversion.upstream(host.replaceFirst("\\..*", ""), (service != null) ? service.uri()
					: "%s://%s:%d".formatted((port == 443) ? "https" : "http", host, port), matcher.group());
			if (!matcher.group("subset").isEmpty()) {
				conversion.note("The subset '%s' of `%s` has no equivalent.", matcher.group("subset"), matcher.group());
			}
			if (service == null && REGISTRY.matcher(host).matches()) {
				conversion.note("`%s` is a service of a registry of Higress. Set the `uri` of its upstream.",
						matcher.group());
			}
		}
		services.stream()
			.filter((service) -> !hosts.contains(service.host()))
			.forEach((service) -> conversion.upstream(service.host().replaceFirst("\\..*", ""), service.uri(),
					service.cluster()));
	}

}
