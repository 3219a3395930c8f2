package io.gatewaywasm.demo;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.web.server.LocalServerPort;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

/**
 * Integration tests for the demo's page in a headless Chromium. Without Chromium they are
 * skipped, or fail with {@code GATEWAY_WASM_REQUIRE_CHROMIUM=true}. The system property
 * {@code demo.screenshot} names the file for a screenshot of the page; a screenshot of a
 * trace is written to the same folder.
 */
@Tag("slow")
@DemoTest
class PageIntegrationTests {

	private static final String DROP = """
			const files = new DataTransfer();
			files.items.add(new File([%s], '%s'));
			document.querySelector('#drop').dispatchEvent(new DragEvent('drop', { dataTransfer: files, bubbles: true, cancelable: true }));
			""";

	/** Lists texts whose contrast with their background is below 4.5 (WCAG AA). */
	private static final String CONTRAST = """
			(() => {
				const rgb = (color) => color.match(/[\\d.]+/g).map(Number);
				const light = (color) => rgb(color).slice(0, 3).map((part) => part / 255)
					.map((part) => part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
					.reduce((sum, part, index) => sum + part * [0.2126, 0.7152, 0.0722][index], 0);
				const behind = (each) => {
					for (let one = each; one; one = one.parentElement) {
						const color = getComputedStyle(one).backgroundColor;
						if ((rgb(color)[3] ?? 1) > 0) {
							return color;
						}
					}
					return 'rgb(255, 255, 255)';
				};
				const found = new Set();
				for (const each of document.querySelectorAll('body *')) {
					const own = [...each.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
					if (!own || each.getClientRects().length === 0 || each.disabled) {
						continue;
					}
					const [text, back] = [light(getComputedStyle(each).color), light(behind(each))];
					const contrast = (Math.max(text, back) + 0.05) / (Math.min(text, back) + 0.05);
					if (contrast < 4.5) {
						found.add(`${each.tagName}#${each.id}.${each.className} ${contrast.toFixed(2)}`);
					}
				}
				return [...found].join('; ');
			})()""";

	private static Chromium browser;

	@LocalServerPort
	private int port;

	@BeforeAll
	static void start() throws Exception {
		Path binary = Chromium.find();
		if (binary == null && Boolean.parseBoolean(System.getenv("GATEWAY_WASM_REQUIRE_CHROMIUM"))) {
			fail("Chromium is required but not on the PATH");
		}
		Assumptions.assumeTrue(binary != null, "SKIPPED: Chromium is not on the PATH");
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
	void timesOfAFilterAreOfTheSamePeriod() throws Exception {
		choose("hello-world");
		sendPreset(1);
		browser.await("document.querySelector('#phases').innerText.includes('request headers')");
		assertThat(browser.evaluate("document.querySelector('#phases').parentElement.innerText"))
			.contains("Calls and mean time since the start")
			.doesNotContainIgnoringCase("maximum");
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
	void unreachableGatewayIsReported() throws Exception {
		choose("hello-world");
		browser.offline(true);
		try {
			send();
			assertThat(browser.text("#outcome")).contains("The gateway does not respond");
			assertThat(browser.text("#state")).isEqualTo("no response");
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
		browser.show(320, 740, false);
		try {
			for (String plugin : List.of("hello-world", "api-key", "body-rewrite", "ext-auth", "feature-targeting")) {
				choose(plugin);
				sendPreset(1);
				browser.click("#source summary");
				browser.await("document.querySelector('#source-files pre')");
				browser.click("#copy");
				assertThat(overflow()).as(plugin).isEmpty();
			}
			choose("rate-limit");
			sendPreset(2);
			assertThat(overflow()).isEmpty();
			chooseOwn("body-rewrite");
			browser.click("#world summary");
			send();
			browser.await("!document.querySelector('#trace').hidden");
			assertThat(overflow()).isEmpty();
			browser.evaluate("document.querySelector('#own-configuration').value = 'no rule'");
			send();
			browser.await("!document.querySelector('#failure').hidden");
			assertThat(overflow()).isEmpty();
			screenshot("target/page/failure-320.png", 320, false);
		}
		finally {
			browser.show(1280, 1180, false);
		}
	}

	/** Returns what is wider than the window. */
	private String overflow() throws Exception {
		return browser.evaluate(
				"""
						document.documentElement.scrollWidth <= innerWidth ? ''
							: [...document.querySelectorAll('main *, nav *')].filter((each) => each.getBoundingClientRect().right > innerWidth)
								.map((each) => each.tagName + '#' + each.id + '.' + each.className).join(' ')""");
	}

	private void chooseOwn(String example) throws Exception {
		browser.open("about:blank");
		browser.open("http://localhost:" + this.port + "/#own:" + example);
		browser.await("document.querySelector('#module-name').innerText.includes('.wasm')"
				+ " && document.querySelector('#playground-note').innerText !== ''");
	}

	private void screenshot(String file, int width, boolean dark) throws Exception {
		browser.show(width, 740, dark);
		int height = Integer.parseInt(browser.evaluate("document.documentElement.scrollHeight"));
		browser.show(width, height, dark);
		browser.screenshot(Path.of(file));
	}

	private void await(String selector, String text) throws Exception {
		browser.await("document.querySelector('" + selector + "').innerText.includes('" + text + "')");
	}

	@Test
	void filterThatDidNotRunIsNotSaidToHaveRun() throws Exception {
		choose("api-key");
		browser.evaluate("document.querySelector('#path').value = '/headers'");
		send();
		assertThat(browser.text("#outcome")).contains("This filter did not run. The route of this path has hello-world",
				"200");
		choose("hello-world");
		sendPreset(1);
		assertThat(browser.text("#outcome")).contains("through the filter to the upstream and back");
	}

	@Test
	void sixInARowShowsAllSixAnswers() throws Exception {
		choose("rate-limit");
		sendPreset(2);
		await("#outcome", "6 concurrent requests");
		assertThat(browser.evaluate("String(document.querySelectorAll('#answer-rows tr').length)")).isEqualTo("6");
		List<String> statuses = browser.text("#answers")
			.lines()
			.filter((line) -> line.matches(".*\\b(200|429)\\b.*"))
			.toList();
		assertThat(statuses).hasSize(6).anyMatch((line) -> line.contains("429"));
		browser.click("#answer-rows tr:nth-child(1) button");
		assertThat(browser.text("#arrived")).contains("GET /limited/anything");
		assertThat(
				browser.evaluate("document.querySelector('#answer-rows tr:nth-child(1)').getAttribute('aria-current')"))
			.isEqualTo("true");
	}

	@Test
	void sixRequestsAreSentAtOnce() throws Exception {
		choose("rate-limit");
		browser.evaluate("""
				(() => {
					const real = window.fetch;
					window.underWay = 0;
					window.most = 0;
					window.fetch = async (path, options) => {
						const counts = path.startsWith('/limited');
						window.most = Math.max(window.most, window.underWay += counts ? 1 : 0);
						try {
							return await real(path, options);
						} finally {
							window.underWay -= counts ? 1 : 0;
						}
					};
				})()""");
		sendPreset(2);
		await("#outcome", "6 concurrent requests");
		assertThat(browser.evaluate("String(window.most)")).isEqualTo("6");
	}

	@Test
	void sourceOfAnExampleIsShown() throws Exception {
		choose("rate-limit");
		browser.click("#source summary");
		await("#source-files", "impl HttpContext");
		assertThat(browser.text("#source-files")).contains("filters/rate-limit/src/lib.rs",
				"filters/rate-limit/src/bucket.rs");
		choose("api-key");
		browser.click("#source summary");
		await("#source-files", "filters/api-key/assembly/index.ts");
	}

	@Test
	void requestIsCopiedAsCurlThatSendsTheSame() throws Exception {
		choose("body-rewrite");
		browser.evaluate("document.querySelector('#body').value = '{\\n \"note\": \"it\\'s $HOME secret\"\\n}'");
		browser.click("#copy");
		browser.await("!document.querySelector('#curl').hidden");
		String command = browser.text("#curl");
		assertThat(command).startsWith("curl -i -X POST 'http://localhost:" + this.port + "/rewrite/echo'")
			.contains("-H 'content-type: application/json'");
		Process shell = new ProcessBuilder("sh", "-c", command.replaceFirst("curl", "printf '%s|'")).start();
		String arguments = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		assertThat(arguments).endsWith("|--data-raw|{\n \"note\": \"it's $HOME secret\"\n}|");
		browser.evaluate("document.querySelector('#headers').value = 'nonsense'");
		browser.click("#copy");
		await("#copied", "is not a header");
		assertThat(browser.evaluate("String(document.querySelector('#curl').hidden)")).isEqualTo("true");
	}

	@Test
	void ownFilterIsTraced() throws Exception {
		chooseOwn("api-key");
		browser.evaluate("document.querySelector('#own-configuration').value = 'my-key carol\\nhis-key dan'");
		browser.evaluate("document.querySelector('#headers').value = 'x-api-key: my-key'");
		send();
		browser.await("!document.querySelector('#trace').hidden");
		assertThat(browser.text("#outcome")).contains("through the filter to the upstream and back");
		assertThat(browser.text("#forwarded .added")).contains("x-client").contains("carol");
		assertThat(browser.text("#callbacks")).contains("proxy_on_request_headers(context=2")
			.contains("proxy_get_header_map_value(REQUEST_HEADERS, \"x-api-key\") = OK \"my-key\"")
			.contains("\"my-key carol\\nhis-key dan\"");
		browser.click("#copy");
		browser.await("!document.querySelector('#curl').hidden");
		assertThat(browser.text("#curl")).contains("-F 'module=@api_key.wasm'")
			.contains("--form-string 'configuration=my-key carol");
	}

	@Test
	void droppedFileIsRun() throws Exception {
		choose("hello-world");
		browser.open("http://localhost:" + this.port + "/#own");
		await("#playground-note", "for clients on this machine only");
		assertThat(browser.text("#playground-note")).contains("one at a time", "8 MiB",
				"The filter calls no real hosts", "The page is not part of any artifact");
		send();
		assertThat(browser.text("#outcome")).contains("No module selected");
		browser.evaluate(
				"""
						(async () => {
							const bytes = await (await fetch('/demo/modules/hello_world.wasm')).blob();
							const files = new DataTransfer();
							files.items.add(new File([bytes], 'dropped.wasm'));
							document.querySelector('#drop').dispatchEvent(new DragEvent('drop', { dataTransfer: files, bubbles: true, cancelable: true }));
						})()""");
		assertThat(browser.text("#module-name")).contains("dropped.wasm");
		send();
		await("#outcome", "through the filter");
		assertThat(browser.text("#forwarded")).contains("x-hello");
		assertThat(browser.text("#log")).contains("HTTP headers in #");
		assertThat(browser.problems()).isEmpty();
	}

	@Test
	void failuresOfAnUploadedFilterAreExplained() throws Exception {
		chooseOwn("ext-auth");
		browser.evaluate("document.querySelector('#own-configuration').value = 'nonsense'");
		send();
		browser.await("!document.querySelector('#failure').hidden");
		assertThat(browser.text("#outcome")).contains("The filter did not start and received no request");
		assertThat(browser.text("#failure")).contains("proxy_on_configure returned false")
			.contains("The filter rejects its configuration")
			.contains("Last log lines of the filter");
		assertThat(browser.evaluate("String(document.querySelector('#exchange').hidden)")).isEqualTo("true");
		upload("to do", "notes.wasm");
		send();
		await("#failure", "This is not a WebAssembly module");
		assertThat(browser.text("#failure")).contains("notes.wasm", "Choose the .wasm file");
	}

	@Test
	void trapOfAnUploadedFilterIsShownWithItsStack() throws Exception {
		chooseOwn("hello-world");
		String probe = Base64.getEncoder()
			.encodeToString(Files.readAllBytes(Path.of("../filters/dist/probe_rust.wasm")));
		browser.evaluate("(async () => {"
				+ DROP.formatted("await (await fetch('data:;base64," + probe + "')).blob()", "probe.wasm") + "})()");
		browser.evaluate("document.querySelector('#root-id').value = 'probe'");
		browser.evaluate("document.querySelector('#headers').value = 'x-probe: panic:ouch'");
		send();
		browser.await("!document.querySelector('#failure').hidden");
		assertThat(browser.text("#outcome")).contains("The filter trapped", "503");
		assertThat(browser.text("#failure")).contains("at proxy_on_request_headers", "probe panic ouch");
		assertThat(browser.text("#callbacks")).contains("proxy_on_request_headers(context=2")
			.contains("did not return");
	}

	private void upload(String text, String name) throws Exception {
		browser.evaluate("(() => {" + DROP.formatted("'" + text + "'", name) + "})()");
	}

	@Test
	void everyFieldHasALabelAndEveryControlIsReachedByKeyboard() throws Exception {
		chooseOwn("api-key");
		send();
		browser.await("!document.querySelector('#trace').hidden");
		assertThat(browser.evaluate(
				"""
						[...document.querySelectorAll('input, textarea, select')].filter((each) => each.labels.length === 0).map((each) => each.id).join(' ')"""))
			.isEmpty();
		assertThat(browser.evaluate(
				"""
						[...document.querySelectorAll('a, button, summary, input, textarea, select')].filter((each) => each.tabIndex < 0).length + ''"""))
			.isEqualTo("0");
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void textHasContrast(boolean dark) throws Exception {
		browser.show(1280, 1180, dark);
		try {
			chooseOwn("api-key");
			send();
			browser.await("!document.querySelector('#trace').hidden");
			assertThat(browser.evaluate(CONTRAST)).isEmpty();
			choose("rate-limit");
			sendPreset(2);
			assertThat(browser.evaluate(CONTRAST)).isEmpty();
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
		assertThat(browser.text("#forwarded")).contains("The request did not reach the upstream.");
		assertThat(browser.text("#returned")).contains("www-authenticate");
	}

	@Test
	void headersFromTheCalledServiceAreShown() throws Exception {
		choose("ext-auth");
		sendPreset(1);
		assertThat(browser.text("#forwarded .added")).contains("x-user").contains("alice");
	}

	@Test
	void pageLoadsNothingFromOtherHostsAndHasNoErrors() throws Exception {
		choose("hello-world");
		sendPreset(2);
		browser.await("document.querySelector('#phases').innerText.includes('request headers')");
		assertThat(browser.requests()).isNotEmpty()
			.allMatch((url) -> url.startsWith("http://localhost:" + this.port + "/") || url.startsWith("data:")
					|| url.startsWith("about:"));
		assertThat(browser.problems()).isEmpty();
	}

	@Test
	void screenshotsShowTheRequestAndTheTrace() throws Exception {
		DemoClient client = new DemoClient(this.port);
		for (int i = 0; i < 300; i++) {
			client.get("/headers");
		}
		choose("hello-world");
		sendPreset(1);
		browser.await("document.querySelector('#log .fresh')");
		browser.await("document.querySelector('#phases').innerText.includes('request headers')");
		String file = System.getProperty("demo.screenshot", "target/page/demo.png");
		String traced = file.replace(".png", "-trace.png");
		String narrow = "target/page/demo-narrow.png";
		screenshot(file, 1280, false);
		screenshot("target/page/demo-dark.png", 1280, true);
		browser.show(1280, 1180, false);
		chooseOwn("api-key");
		send();
		browser.await("!document.querySelector('#trace').hidden");
		screenshot(traced, 1280, false);
		screenshot("target/page/demo-trace-dark.png", 1280, true);
		screenshot(narrow, 320, false);
		browser.show(1280, 1180, false);
		assertThat(Path.of(traced)).isNotEmptyFile();
		assertThat(Path.of(narrow)).isNotEmptyFile();
		assertThat(Path.of(file)).isNotEmptyFile();
	}

}
