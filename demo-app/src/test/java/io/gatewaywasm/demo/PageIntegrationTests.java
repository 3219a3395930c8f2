package io.gatewaywasm.demo;

import java.nio.file.Path;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.test.web.server.LocalServerPort;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

/**
 * Integration tests for the demo's page in a headless Chromium. Skipped where there is
 * none, unless the environment has {@code GATEWAY_WASM_REQUIRE_CHROMIUM=true}. The system
 * property {@code demo.screenshot} names a file for a picture of the page.
 */
@DemoTest
class PageIntegrationTests {

	private static Chromium browser;

	@LocalServerPort
	private int port;

	@BeforeAll
	static void start() throws Exception {
		Path binary = Chromium.find();
		if (binary == null && Boolean.parseBoolean(System.getenv("GATEWAY_WASM_REQUIRE_CHROMIUM"))) {
			fail("Chromium is required but not on the PATH");
		}
		Assumptions.assumeTrue(binary != null,
				"SKIPPED: Chromium is not on the PATH, so that nobody looks at the page");
		browser = Chromium.start(binary);
		browser.show(1280, 1180, false);
	}

	@AfterAll
	static void stop() throws Exception {
		if (browser != null) {
			browser.close();
		}
	}

	@BeforeEach
	void forget() {
		browser.problems().clear();
		browser.requests().clear();
	}

	private void choose(String plugin) throws Exception {
		browser.open("about:blank");
		browser.open("http://localhost:" + this.port + "/#" + plugin);
		browser.await("document.querySelector('#state').innerText === 'live'");
	}

	private void sendPreset(int number) throws Exception {
		browser.click("#presets button:nth-child(" + number + ")");
		browser.await("!document.querySelector('#send').disabled && !document.querySelector('#result').hidden");
	}

	private void send() throws Exception {
		browser.click("#send");
		browser.await("!document.querySelector('#send').disabled && !document.querySelector('#result').hidden");
	}

	@Test
	void pageOffersTheBundledFilters() throws Exception {
		choose("hello-world");
		assertThat(browser.text("#filters")).contains("Hello world", "Feature targeting", "API key", "Body rewrite",
				"External authorization", "Rate limit", "Rust", "Go", "AssemblyScript");
		assertThat(browser.text("#plugin")).contains("hello_world.wasm").contains("0.2.1");
	}

	@Test
	void headersAreShownBeforeAndAfter() throws Exception {
		choose("hello-world");
		sendPreset(1);
		assertThat(browser.text("#outcome")).contains("200");
		assertThat(browser.text("#arrived")).contains("GET /headers").doesNotContain("x-hello");
		assertThat(browser.text("#forwarded .added")).contains("x-hello").contains("Hello world from localhost:");
		assertThat(browser.text("#returned")).contains("\"X-Hello\"");
		browser.await("document.querySelector('#log .fresh')?.innerText.includes('HTTP headers in #')");
		browser.await("document.querySelector('#phases').innerText.includes('request headers')");
	}

	@Test
	void requestCanBeEdited() throws Exception {
		choose("feature-targeting");
		browser.evaluate("document.querySelector('#headers').value = 'x-features: beta\\nx-own: yes'");
		browser.click("#send");
		browser.await("!document.querySelector('#result').hidden");
		assertThat(browser.text("#arrived")).contains("x-own").contains("x-features");
		assertThat(browser.text("#forwarded .added")).contains("x-target").contains("beta");
	}

	@Test
	void mistakesInTheRequestAreNamed() throws Exception {
		choose("hello-world");
		browser.evaluate("document.querySelector('#headers').value = 'nonsense'");
		send();
		assertThat(browser.text("#outcome")).contains("nonsense").contains("is not a header");
		browser.evaluate("document.querySelector('#headers').value = ''");
		browser.evaluate("document.querySelector('#path').value = 'headers'");
		send();
		assertThat(browser.text("#outcome")).contains("slash");
	}

	@Test
	void errorOfTheUpstreamIsNotTakenForTheFilters() throws Exception {
		choose("hello-world");
		browser.evaluate("document.querySelector('#path').value = '/nowhere'");
		send();
		assertThat(browser.text("#outcome")).contains("to the upstream and back").contains("404");
		choose("api-key");
		sendPreset(3);
		assertThat(browser.text("#outcome")).contains("The filter answered the request itself").contains("401");
	}

	@Test
	void gatewayThatIsGoneIsSaidToBeGone() throws Exception {
		choose("hello-world");
		browser.offline(true);
		try {
			send();
			assertThat(browser.text("#outcome")).contains("The gateway does not answer");
			assertThat(browser.text("#state")).isEqualTo("no answer");
		}
		finally {
			browser.offline(false);
		}
		send();
		assertThat(browser.text("#outcome")).contains("200");
		assertThat(browser.text("#state")).isEqualTo("live");
	}

	@Test
	void narrowWindowNeedsNoScrollingToTheSide() throws Exception {
		browser.show(360, 740, false);
		try {
			choose("body-rewrite");
			sendPreset(1);
			assertThat(browser.evaluate("String(document.documentElement.scrollWidth)")).isEqualTo("360");
		}
		finally {
			browser.show(1280, 1180, false);
		}
	}

	@Test
	void bodiesAreShownBeforeAndAfter() throws Exception {
		choose("body-rewrite");
		sendPreset(1);
		assertThat(browser.text("#answered .body")).contains("4111 1111 1111 1111");
		assertThat(browser.text("#returned .body")).contains("****").contains("[redacted]").doesNotContain("4111");
	}

	@Test
	void replyOfTheFilterIsShownAsItsOwn() throws Exception {
		choose("api-key");
		sendPreset(1);
		assertThat(browser.text("#arrived .removed")).contains("x-api-key");
		sendPreset(3);
		browser.await("document.querySelector('#outcome').innerText.includes('401')");
		assertThat(browser.text("#forwarded")).contains("It did not get that far.");
		assertThat(browser.text("#returned")).contains("www-authenticate");
	}

	@Test
	void calledServiceIsSeenInWhatGoesOn() throws Exception {
		choose("ext-auth");
		sendPreset(1);
		assertThat(browser.text("#forwarded .added")).contains("x-user").contains("alice");
	}

	@Test
	void pageUsesNoNetworkAndComplainsOfNothing() throws Exception {
		choose("hello-world");
		sendPreset(2);
		browser.await("document.querySelector('#phases').innerText.includes('request headers')");
		assertThat(browser.requests()).isNotEmpty()
			.allMatch((url) -> url.startsWith("http://localhost:" + this.port + "/") || url.startsWith("data:")
					|| url.startsWith("about:"));
		assertThat(browser.problems()).isEmpty();
	}

	@Test
	void pictureIsTaken() throws Exception {
		DemoClient client = new DemoClient(this.port);
		for (int i = 0; i < 300; i++) {
			client.get("/headers");
		}
		choose("hello-world");
		sendPreset(1);
		browser.await("document.querySelector('#log .fresh')");
		browser.await("document.querySelector('#phases').innerText.includes('request headers')");
		int height = Integer.parseInt(browser.evaluate("document.documentElement.scrollHeight"));
		String file = System.getProperty("demo.screenshot", "target/page/demo.png");
		browser.show(1280, height, false);
		browser.screenshot(Path.of(file));
		browser.show(1280, height, true);
		browser.screenshot(Path.of("target/page/demo-dark.png"));
		browser.show(1280, 1180, false);
		assertThat(Path.of(file)).isNotEmptyFile();
	}

}
