package io.gatewaywasm.boot.reliability;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;

import io.gatewaywasm.boot.fixture.GatewayFixture;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

import org.springframework.boot.json.JsonParserFactory;

/**
 * A gateway with the Coraza filter as its authors set it up for the regression tests of
 * the core rule set: rules match and log, and nothing is refused. Runs until its standard
 * input ends. {@code filters/coraza/ftw/run.sh} starts it.
 */
final class FirewallGateway {

	private static final String CONFIGURATION = """
			{
			  "directives_map": {
			    "default": [
			      "Include @recommended-conf",
			      "Include @ftw-conf",
			      "Include @crs-setup-conf",
			      "Include @owasp_crs/*.conf"
			    ]
			  },
			  "default_directives": "default"
			}
			""";

	private FirewallGateway() {
	}

	/** Requests of tests of response rules specify the response. */
	private static Publisher<Void> answer(HttpServerRequest request, HttpServerResponse response) {
		if (!request.path().startsWith("reflect")) {
			return request.receive().then(response.send().then());
		}
		return request.receive().aggregate().asString().defaultIfEmpty("{}").flatMap((body) -> {
			Map<String, Object> wanted = JsonParserFactory.getJsonParser().parseMap(body);
			response.status((wanted.get("status") instanceof Number status) ? status.intValue() : 200);
			if (wanted.get("headers") instanceof Map<?, ?> headers) {
				headers.forEach((name, value) -> response.header(String.valueOf(name), String.valueOf(value)));
			}
			if (!response.responseHeaders().contains("content-type")) {
				response.header("content-type", "text/plain; charset=utf-8");
			}
			byte[] content = (wanted.get("encodedBody") instanceof String encoded) ? Base64.getDecoder().decode(encoded)
					: String.valueOf(wanted.getOrDefault("body", "")).getBytes(StandardCharsets.UTF_8);
			return response.sendByteArray(Mono.just(content)).then();
		});
	}

	/**
	 * Runs the gateway. The arguments are the module, the log file, and the file that
	 * receives the port.
	 */
	public static void main(String[] arguments) throws IOException {
		DisposableServer upstream = HttpServer.create()
			.host("localhost")
			.port(0)
			.handle(FirewallGateway::answer)
			.bindNow();
		String plugin = "gateway.wasm.plugins.waf.";
		try (GatewayFixture gateway = GatewayFixture.builder()
			.property("logging.file.name", arguments[1])
			.property("logging.pattern.file", "%m%n")
			// go-ftw reads one file
			.property("logging.logback.rollingpolicy.max-file-size", "4GB")
			.property("logging.level.root", "warn")
			.property("logging.level.gateway.wasm.plugin", "info")
			.property("logging.threshold.console", "off")
			.property(plugin + "url", Path.of(arguments[0]).toAbsolutePath().toUri().toString())
			.property(plugin + "configuration", CONFIGURATION)
			.property(plugin + "vms", "1")
			.property(plugin + "execution", "worker")
			.property(plugin + "allow-on-headers-stop-iteration", "true")
			.property(plugin + "limits.memory", "1GB")
			.property(plugin + "limits.start-timeout", "300s")
			.property(plugin + "limits.callback-timeout", "30s")
			.property(plugin + "limits.log-lines-per-second", "100000")
			.property("gateway.wasm.max-memory", "1GB")
			.routeIf("waf", "http://localhost:" + upstream.port(), List.of("Path=/**"), List.of("Wasm=waf"))
			.start()) {
			Files.writeString(Path.of(arguments[2]), Integer.toString(gateway.port()));
			// Ends when the process that started it exits
			System.in.readAllBytes();
		}
		upstream.disposeNow();
		System.exit(0);
	}

}
