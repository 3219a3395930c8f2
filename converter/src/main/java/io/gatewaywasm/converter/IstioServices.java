package io.gatewaywasm.converter;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Services in a configuration, named like the clusters of Istio and Higress:
 * {@code outbound|8081||auth.shop.svc.cluster.local}.
 */
final class IstioServices {

	private static final Pattern CLUSTER = Pattern
		.compile("outbound\\|(?<port>\\d{1,5})\\|(?<subset>[^|\\s\"]*)\\|(?<host>[A-Za-z0-9._-]+)");

	/** The ends of names that Higress gives services of its registries. */
	private static final Pattern REGISTRY = Pattern.compile(".*\\.(dns|static|nacos|consul|eureka|zookeeper)");

	private IstioServices() {
	}

	static void in(String configuration, Conversion conversion) {
		Matcher matcher = CLUSTER.matcher(configuration);
		while (matcher.find()) {
			String host = matcher.group("host");
			int port = Integer.parseInt(matcher.group("port"));
			conversion.upstream(host.replaceFirst("\\..*", ""),
					"%s://%s:%d".formatted((port == 443) ? "https" : "http", host, port), matcher.group());
			if (!matcher.group("subset").isEmpty()) {
				conversion.note("The subset '%s' of `%s` has no equivalent.", matcher.group("subset"), matcher.group());
			}
			if (REGISTRY.matcher(host).matches()) {
				conversion.note("`%s` is a service of a registry of Higress. Set the `uri` of its upstream.",
						matcher.group());
			}
		}
	}

}
