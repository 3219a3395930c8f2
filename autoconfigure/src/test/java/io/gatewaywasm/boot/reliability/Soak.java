package io.gatewaywasm.boot.reliability;

import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

import javax.management.ObjectName;

import com.sun.management.UnixOperatingSystemMXBean;
import io.gatewaywasm.boot.fixture.GatewayFixture;
import io.gatewaywasm.boot.fixture.Upstream;
import io.gatewaywasm.boot.plugin.PluginRegistry;

import org.springframework.cloud.gateway.event.RefreshRoutesEvent;

/**
 * Mixed traffic, faults, reloads and filters that misbehave, for as long as one likes:
 * {@code benchmarks/soak.sh} runs it. Ends with status 1 if an answer was not as
 * expected, if a kind of fault did not happen, or if something grew.
 */
public final class Soak implements AutoCloseable {

	private static final long MEBIBYTE = 1 << 20;

	private final Map<String, AtomicLong> faults = new ConcurrentSkipListMap<>();

	private final AtomicLong faultyRequests = new AtomicLong();

	private final List<String> unexpected = new ArrayList<>();

	private final List<Thread> clients = new ArrayList<>();

	private final Path directory = Files.createTempDirectory("soak");

	/** Contains all errors: injected faults and unexpected failures. */
	private final Path log = Path.of("target", "soak", "soak.log").toAbsolutePath();

	private final RudeUpstream rude = new RudeUpstream();

	/**
	 * A separate upstream with its own connections. If a client aborts a response, its
	 * connection may close after it returned to the pool, with or without filters, and
	 * the next request on it gets 500.
	 */
	private final Upstream aborted = new Upstream();

	private final GatewayFixture gateway;

	private int variant;

	private volatile boolean stopped;

	private Soak() throws Exception {
		write(module());
		this.gateway = GatewayFixture.builder()
			.property("gateway.wasm.allowed-call-targets", "localhost:*")
			.property("gateway.wasm.reload.interval", "200ms")
			.property("logging.level.root", "error")
			.property("logging.threshold.console", "off")
			.property("logging.file.name", this.log.toString())
			.property("logging.logback.rollingpolicy.max-file-size", "50MB")
			.property("logging.logback.rollingpolicy.total-size-cap", "500MB")
			.plugin("probe", "probe_rust", "configuration", "probe=add:x-version=1", "url",
					this.directory.resolve("soak.wasm").toUri().toString(), "limits.recycle-after-requests", "5000")
			.plugin("hello", "hello_world", "root-id", "hello_world")
			.plugin("body", "body_rust")
			.plugin("trapping", "probe_rust", "fail-strategy", "open")
			.plugin("looping", "probe_rust", "limits.callback-timeout", "50ms")
			.route("probe", "Wasm=probe")
			.route("hello", "Wasm=hello", "Wasm=body")
			.route("trapping", "Wasm=trapping")
			.plugin("hungry", "probe_rust", "limits.memory", "8MB")
			.plugin("forgetful", "probe_rust", "limits.pause-timeout", "300ms")
			.route("looping", "Wasm=looping")
			.route("hungry", "Wasm=hungry")
			.route("forgetful", "Wasm=forgetful")
			.routeTo("aborted", "http://localhost:" + this.aborted.port(), "Wasm=hello", "Wasm=body")
			.routeTo("rude", "http://localhost:" + this.rude.port(), "Wasm=probe")
			.start();
	}

	public static void main(String[] arguments) throws Exception {
		Duration time = Duration.ofSeconds(Long.parseLong(arguments[0]));
		boolean ok;
		try (Soak soak = new Soak()) {
			ok = soak.run(time);
		}
		System.out.println(ok ? "soak: passed" : "soak: FAILED");
		System.exit(ok ? 0 : 1);
	}

	private boolean run(Duration time) throws Exception {
		Load load = new Load(this.gateway, "/probe");
		faults();
		// Waits until objects that are created once exist.
		Thread.sleep(Math.min(30_000, time.toMillis() / 5));
		Usage start = Usage.now();
		System.out.println("start: " + start);
		Thread.sleep(time.toMillis());
		this.stopped = true;
		for (Thread client : this.clients) {
			client.join();
		}
		load.finish();
		Thread.sleep(7000);
		Usage end = Usage.now();
		System.out.println("end:   " + end);
		System.out.printf("requests: %d, and %d with faults%nfaults: %s%n", load.requests(), this.faultyRequests.get(),
				this.faults);
		this.unexpected.addAll(load.unexpected());
		System.out.println("unexpected answers: " + this.unexpected.size());
		this.unexpected.stream().limit(10).forEach(System.out::println);
		boolean grown = !end.isNotMoreThan(start);
		if (grown) {
			System.out.println("what the heap holds:" + System.lineSeparator() + histogram());
		}
		return this.unexpected.isEmpty() && !grown && this.faults.size() == 11
				&& this.faults.values().stream().allMatch((count) -> count.get() > 0);
	}

	private void faults() {
		client("client aborts body", 50,
				() -> abort("POST /probe/echo HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\nb"));
		client("client aborts pause", 50, () -> abort("GET /probe/x HTTP/1.1\r\nHost: x\r\nx-probe: pause\r\n\r\n"));
		client("client aborts response", 50, () -> abort("GET /aborted/chunks/2000000 HTTP/1.1\r\nHost: x\r\n\r\n"));
		client("upstream resets", 50, () -> {
			try (RawClient client = new RawClient(this.gateway.port())) {
				client.send("GET /rude/x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").readAll();
			}
			catch (IOException ex) {
				// The response had begun.
			}
		});
		client("slow body", 10, () -> {
			try (RawClient client = new RawClient(this.gateway.port())) {
				client.send("POST /hello/echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 20\r\n\r\n");
				for (int i = 0; i < 20; i++) {
					client.send("x");
					Thread.sleep(20);
				}
				expect(client.readAll().startsWith("HTTP/1.1 200"), "slow body");
			}
		});
		client("guest traps", 300,
				() -> expect(this.gateway.get("/trapping/x", "x-probe", "trap").statusCode() == 200, "open strategy"));
		client("guest loops", 500,
				() -> expect(this.gateway.get("/looping/x", "x-probe", "loop").statusCode() == 503, "looping"));
		client("guest wants all memory", 1000,
				() -> expect(this.gateway.get("/hungry/x", "x-probe", "exhaust-memory").statusCode() == 503, "hungry"));
		client("guest never resumes", 500,
				() -> expect(this.gateway.get("/forgetful/x", "x-probe", "pause").statusCode() == 503, "forgetful"));
		client("routes refreshed", 2000, () -> this.gateway.context().publishEvent(new RefreshRoutesEvent(this)));
		client("reloads", 5000, () -> write((this.variant % 4 == 3) ? bad() : variant()));
	}

	private static String histogram() throws Exception {
		String histogram = (String) ManagementFactory.getPlatformMBeanServer()
			.invoke(new ObjectName("com.sun.management:type=DiagnosticCommand"), "gcClassHistogram",
					new Object[] { new String[0] }, new String[] { String[].class.getName() });
		return histogram.lines().limit(25).collect(Collectors.joining(System.lineSeparator()));
	}

	private void client(String fault, long pause, Action action) {
		AtomicLong count = this.faults.computeIfAbsent(fault, (key) -> new AtomicLong());
		Thread thread = new Thread(() -> {
			while (!this.stopped) {
				try {
					action.run();
					count.incrementAndGet();
					this.faultyRequests.incrementAndGet();
					Thread.sleep(pause);
				}
				catch (Exception ex) {
					expect(false, fault + ": " + ex);
				}
			}
		}, fault);
		this.clients.add(thread);
		thread.start();
	}

	private void expect(boolean met, String what) {
		if (!met) {
			synchronized (this.unexpected) {
				this.unexpected.add(what);
			}
		}
	}

	private void abort(String request) throws Exception {
		RawClient client = new RawClient(this.gateway.port());
		client.send(request);
		Thread.sleep(20);
		client.reset();
	}

	private byte[] bad() {
		return "no module %d".formatted(this.variant++).getBytes(StandardCharsets.US_ASCII);
	}

	/** The module with another custom section. */
	private byte[] variant() throws IOException {
		byte[] name = "variant-%06d".formatted(this.variant++).getBytes(StandardCharsets.US_ASCII);
		byte[] wasm = module();
		byte[] changed = java.util.Arrays.copyOf(wasm, wasm.length + 3 + name.length);
		changed[wasm.length + 1] = (byte) (name.length + 1);
		changed[wasm.length + 2] = (byte) name.length;
		System.arraycopy(name, 0, changed, wasm.length + 3, name.length);
		return changed;
	}

	private static byte[] module() throws IOException {
		try (InputStream input = Soak.class.getResourceAsStream("/filters/probe_rust.wasm")) {
			return input.readAllBytes();
		}
	}

	private void write(byte[] bytes) throws IOException {
		Path whole = Files.write(this.directory.resolve("soak.tmp"), bytes);
		Files.move(whole, this.directory.resolve("soak.wasm"), StandardCopyOption.ATOMIC_MOVE,
				StandardCopyOption.REPLACE_EXISTING);
	}

	@Override
	public void close() throws Exception {
		int generation = this.gateway.status("probe").generation();
		long refused = this.gateway.context().getBean(PluginRegistry.class).plugin("probe").reloadFailures();
		System.out.printf("versions of the reloaded plugin: %d, refused: %d%n", generation, refused);
		this.gateway.close();
		this.aborted.close();
		this.rude.close();
	}

	/** Something that is done again and again. */
	private interface Action {

		void run() throws Exception;

	}

	/**
	 * The resources of the process after a garbage collection.
	 */
	private record Usage(long heap, long metaspace, int threads, long descriptors) {

		private static Usage now() throws InterruptedException {
			for (int i = 0; i < 5; i++) {
				System.gc();
				Thread.sleep(200);
			}
			long metaspace = ManagementFactory.getMemoryPoolMXBeans()
				.stream()
				.filter((pool) -> pool.getName().equals("Metaspace"))
				.mapToLong((MemoryPoolMXBean pool) -> pool.getUsage().getUsed())
				.sum();
			UnixOperatingSystemMXBean system = (UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
			return new Usage(ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(), metaspace,
					ManagementFactory.getThreadMXBean().getThreadCount(), system.getOpenFileDescriptorCount());
		}

		private boolean isNotMoreThan(Usage start) {
			return this.heap < start.heap * 5 / 4 + 20 * MEBIBYTE && this.metaspace < start.metaspace * 5 / 4
					&& this.threads <= start.threads + 10 && this.descriptors <= start.descriptors + 20;
		}

		@Override
		public String toString() {
			return "heap %d MiB, metaspace %d MiB, threads %d, open files and connections %d"
				.formatted(this.heap / MEBIBYTE, this.metaspace / MEBIBYTE, this.threads, this.descriptors);
		}

	}

}
