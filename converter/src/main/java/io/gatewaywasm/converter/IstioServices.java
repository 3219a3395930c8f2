package io.gatewaywasm.converter;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Services in a configuration, named like the clusters of Istio and Higress:
 * {@code outbound|8081||auth.shop.svc.cluster.local}.
 */
final class IstioServices {

	private static final Pattern CLUSTER = Pattern.compile("outbound\\|(\\d+)\\|[^|\\s\"]*\\|([A-Za-z0-9._-]+)");

	private IstioServices() {
	}

	static void in(String configuration, Conversion conversion) {
		Matcher matcher = CLUSTER.matcher(configuration);
		while (matcher.find()) {
			String host = matcher.group(2);
			int port = Integer.parseInt(matcher.group(1));
			conversion.upstream(host.replaceFirst("\\..*", ""),
					"%s://%s:%d".formatted((port == 443) ? "https" : "http", host, port), matcher.group());
		}
	}

}
