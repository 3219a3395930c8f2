package io.gatewaywasm.demo;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.util.FileSystemUtils;

/**
 * A headless Chromium with one page, controlled by the DevTools protocol.
 */
final class Chromium implements AutoCloseable {

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	private static final List<String> NAMES = List.of("chromium", "chromium-browser", "google-chrome");

	private final JsonMapper json = new JsonMapper();

	private final Path profile;

	private final Process process;

	private final WebSocket socket;

	private final Map<Integer, CompletableFuture<JsonNode>> answers = new ConcurrentHashMap<>();

	private final List<String> problems = new CopyOnWriteArrayList<>();

	private final List<String> requests = new CopyOnWriteArrayList<>();

	private final Map<String, String> loading = new ConcurrentHashMap<>();

	private final AtomicInteger lastId = new AtomicInteger();

	private Chromium(Path binary) throws Exception {
		this.profile = Files.createTempDirectory("chromium");
		List<String> command = new ArrayList<>(List.of(binary.toString(), "--headless", "--no-sandbox", "--disable-gpu",
				"--disable-dev-shm-usage", "--no-first-run", "--disable-background-networking", "--hide-scrollbars",
				"--remote-debugging-port=0", "--user-data-dir=" + this.profile, "about:blank"));
		this.process = new ProcessBuilder(command).redirectErrorStream(true)
			.redirectOutput(this.profile.resolve("output").toFile())
			.start();
		this.socket = HttpClient.newHttpClient()
			.newWebSocketBuilder()
			.buildAsync(URI.create(page()), new Events())
			.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
		call("Page.enable", Map.of());
		call("Runtime.enable", Map.of());
		call("Log.enable", Map.of());
		call("Network.enable", Map.of());
	}

	/**
	 * Finds the browser. Returns the executable, or {@code null} if it is not installed.
	 */
	static Path find() {
		return Stream.of(System.getenv("PATH").split(":"))
			.flatMap((directory) -> NAMES.stream().map((name) -> Path.of(directory, name)))
			.filter(Files::isExecutable)
			.findFirst()
			.orElse(null);
	}

	static Chromium start(Path binary) throws Exception {
		return new Chromium(binary);
	}

	private String page() throws Exception {
		Path file = this.profile.resolve("DevToolsActivePort");
		long deadline = System.nanoTime() + PATIENCE.toNanos();
		while (!Files.exists(file) || Files.readString(file).lines().count() < 2) {
			if (System.nanoTime() > deadline || !this.process.isAlive()) {
				throw new IOException("Chromium did not start: " + Files.readString(this.profile.resolve("output")));
			}
			Thread.sleep(50);
		}
		String port = Files.readString(file).lines().findFirst().orElseThrow();
		JsonNode targets = this.json.readTree(new DemoClient(Integer.parseInt(port)).get("/json/list").body());
		for (JsonNode target : targets) {
			if (target.get("type").asString().equals("page")) {
				return target.get("webSocketDebuggerUrl").asString();
			}
		}
		throw new IOException("Chromium has no page: " + targets);
	}

	private JsonNode call(String method, Map<String, Object> parameters) throws Exception {
		int id = this.lastId.incrementAndGet();
		CompletableFuture<JsonNode> answer = new CompletableFuture<>();
		this.answers.put(id, answer);
		this.socket.sendText(this.json.writeValueAsString(Map.of("id", id, "method", method, "params", parameters)),
				true);
		JsonNode result = answer.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
		if (result.has("error")) {
			throw new IOException(method + ": " + result.get("error"));
		}
		return result.get("result");
	}

	void open(String url) throws Exception {
		call("Page.navigate", Map.of("url", url));
		await("document.readyState === 'complete'");
	}

	void show(int width, int height, boolean dark) throws Exception {
		call("Emulation.setDeviceMetricsOverride",
				Map.of("width", width, "height", height, "deviceScaleFactor", 1.5, "mobile", false));
		call("Emulation.setEmulatedMedia",
				Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"))));
	}

	void offline(boolean offline) throws Exception {
		call("Network.emulateNetworkConditions",
				Map.of("offline", offline, "latency", 0, "downloadThroughput", -1, "uploadThroughput", -1));
	}

	/** Evaluates JavaScript in the page. Returns the value as text. */
	String evaluate(String expression) throws Exception {
		JsonNode result = call("Runtime.evaluate",
				Map.of("expression", expression, "returnByValue", true, "awaitPromise", true));
		if (result.has("exceptionDetails")) {
			throw new IOException(expression + ": " + result.get("exceptionDetails"));
		}
		JsonNode value = result.get("result").get("value");
		return (value != null) ? value.asString() : "";
	}

	String text(String selector) throws Exception {
		return evaluate("document.querySelector('" + selector + "').innerText");
	}

	void click(String selector) throws Exception {
		evaluate("document.querySelector('" + selector + "').click()");
	}

	void await(String condition) throws Exception {
		long deadline = System.nanoTime() + PATIENCE.toNanos();
		while (!evaluate("String(Boolean(" + condition + "))").equals("true")) {
			if (System.nanoTime() > deadline) {
				throw new IOException("The page did not reach " + condition + ". Pending requests: "
						+ this.loading.values() + ", errors: " + this.problems + ", text: " + text("body"));
			}
			Thread.sleep(50);
		}
	}

	void screenshot(Path file) throws Exception {
		JsonNode result = call("Page.captureScreenshot", Map.of("format", "png"));
		Files.createDirectories(file.toAbsolutePath().getParent());
		Files.write(file, Base64.getDecoder().decode(result.get("data").asString()));
	}

	/** Returns the errors of the page. */
	List<String> problems() {
		return this.problems;
	}

	/** Returns the resources that the page loaded. */
	List<String> requests() {
		return this.requests;
	}

	@Override
	public void close() throws IOException {
		this.socket.abort();
		this.process.destroy();
		this.process.onExit()
			.orTimeout(60, TimeUnit.SECONDS)
			.exceptionally((late) -> this.process.destroyForcibly())
			.join();
		deleteProfile();
	}

	/** The browser's children may outlive it for a moment and still move files about. */
	private void deleteProfile() {
		for (int attempt = 0; attempt < 5; attempt++) {
			try {
				FileSystemUtils.deleteRecursively(this.profile);
				return;
			}
			catch (IOException ex) {
				// Another file was deleted concurrently: try again.
			}
		}
	}

	private final class Events implements WebSocket.Listener {

		private final StringBuilder message = new StringBuilder();

		@Override
		public CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
			this.message.append(data);
			if (last) {
				JsonNode node = Chromium.this.json.readTree(this.message.toString());
				this.message.setLength(0);
				accept(node);
			}
			webSocket.request(1);
			return null;
		}

		private void accept(JsonNode node) {
			if (node.has("id")) {
				CompletableFuture<JsonNode> answer = Chromium.this.answers.remove(node.get("id").asInt());
				if (answer != null) {
					answer.complete(node);
				}
				return;
			}
			switch (node.get("method").asString()) {
				case "Runtime.exceptionThrown" ->
					Chromium.this.problems.add(node.get("params").get("exceptionDetails").toString());
				case "Network.requestWillBeSent" -> {
					String url = node.get("params").get("request").get("url").asString();
					Chromium.this.requests.add(url);
					Chromium.this.loading.put(node.get("params").get("requestId").asString(), url);
				}
				case "Network.loadingFinished", "Network.loadingFailed" ->
					Chromium.this.loading.remove(node.get("params").get("requestId").asString());
				case "Log.entryAdded" -> {
					JsonNode entry = node.get("params").get("entry");
					if (entry.get("level").asString().equals("error")) {
						Chromium.this.problems
							.add(entry.get("source").asString() + ": " + entry.get("text").asString());
					}
				}
				default -> {
				}
			}
		}

	}

}
