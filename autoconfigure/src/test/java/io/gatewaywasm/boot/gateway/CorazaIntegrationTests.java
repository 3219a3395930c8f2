package io.gatewaywasm.boot.gateway;

import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;

import io.gatewaywasm.boot.fixture.GatewayFixture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Tests with the Coraza web application firewall and its core rule set. The module is
 * built by {@code filters/coraza/build.sh}, which needs Go. If it has not been built, the
 * tests are skipped unless {@code GATEWAY_WASM_REQUIRE_CORAZA} is {@code true}.
 */
@Tag("slow")
@Timeout(600)
class CorazaIntegrationTests {

	private static final Path MODULE = Path.of("../filters/coraza/target/coraza.wasm").toAbsolutePath().normalize();

	private static final String CONFIGURATION = """
			{
			  "directives_map": {
			    "default": [
			      "Include @recommended-conf",
			      "SecRuleEngine On",
			      "SecRequestBodyAccess On",
			      "Include @crs-setup-conf",
			      "Include @owasp_crs/*.conf"
			    ]
			  },
			  "default_directives": "default"
			}
			""";

	private static GatewayFixture gateway;

	@BeforeAll
	static void start() {
		if (!Files.exists(MODULE)) {
			if (Boolean.parseBoolean(System.getenv("GATEWAY_WASM_REQUIRE_CORAZA"))) {
				fail("%s is missing: run filters/coraza/build.sh", MODULE);
			}
			assumeTrue(false, "Skipped: filters/coraza/build.sh has not been run, which needs Go");
		}
		String plugin = "gateway.wasm.plugins.waf.";
		gateway = GatewayFixture.builder()
			.property(plugin + "url", MODULE.toUri().toString())
			.property(plugin + "configuration", CONFIGURATION)
			.property(plugin + "vms", "1")
			.property(plugin + "execution", "worker")
			.property(plugin + "allow-on-headers-stop-iteration", "true")
			.property(plugin + "limits.memory", "512MB")
			.property(plugin + "limits.start-timeout", "120s")
			.property(plugin + "limits.callback-timeout", "10s")
			.route("waf", "Wasm=waf")
			.start();
	}

	@AfterAll
	static void stop() {
		if (gateway != null) {
			gateway.close();
		}
	}

	@Test
	void cleanRequestPasses() {
		assertThat(gateway.get("/waf/text/hello?q=harmless").statusCode()).isEqualTo(200);
	}

	@Test
	void scriptInTheQueryIsRefused() {
		assertThat(gateway.get("/waf/text/hello?q=%3Cscript%3Ealert(1)%3C/script%3E").statusCode()).isEqualTo(403);
	}

	@Test
	void cleanBodyPasses() {
		HttpResponse<String> response = gateway.post("/waf/echo", "name=harmless", "content-type",
				"application/x-www-form-urlencoded");
		assertThat(response.statusCode()).isEqualTo(200);
	}

	@Test
	void maliciousBodyIsRefused() {
		HttpResponse<String> response = gateway.post("/waf/echo",
				"id=1%27+OR+%271%27%3D%271%27+UNION+SELECT+password+FROM+users--", "content-type",
				"application/x-www-form-urlencoded");
		assertThat(response.statusCode()).isEqualTo(403);
	}

}
