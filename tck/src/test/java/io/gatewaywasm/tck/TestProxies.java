package io.gatewaywasm.tck;

import java.nio.file.Path;
import java.util.List;

import io.gatewaywasm.tck.proxy.EnvoyProxy;
import io.gatewaywasm.tck.proxy.GatewayProxy;
import io.gatewaywasm.tck.proxy.Proxy;

/**
 * The proxies that the tests start.
 */
final class TestProxies {

	static final Path KIT = Path.of("").toAbsolutePath();

	static final Path OUTPUT = KIT.resolve("target/conformance");

	private TestProxies() {
	}

	static Proxy envoy() {
		return new EnvoyProxy(Path.of(System.getProperty("tck.envoy", "envoy")), KIT.resolve("driver"),
				OUTPUT.resolve("envoy"));
	}

	static Proxy gateway() {
		String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
		return new GatewayProxy(List.of(java, "-Xmx2g", "-XX:TieredStopAtLevel=1", "-cp",
				System.getProperty("java.class.path"), GatewayApplication.class.getName()), KIT.resolve("driver"),
				OUTPUT.resolve("gateway"));
	}

}
