package io.gatewaywasm.boot.reliability;

import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;

import io.gatewaywasm.boot.fixture.GatewayFixture;

/**
 * Requests that make a filter loop endlessly in one of its callbacks, from two concurrent
 * clients, until {@link #close} is called.
 */
final class Attack implements AutoCloseable {

	static final int CLIENTS = 2;

	/** The headers with the commands of the probe for each callback. */
	static final List<String> CALLBACKS = List.of("x-probe", "x-probe-body", "x-probe-resp", "x-probe-resp-body",
			"x-probe-log", "x-probe-call");

	private final GatewayFixture gateway;

	private final String path;

	private final String[] headers;

	private final List<Thread> clients = new ArrayList<>();

	private final Map<String, AtomicInteger> outcomes = new ConcurrentSkipListMap<>();

	private final Queue<Long> times = new ConcurrentLinkedQueue<>();

	private volatile boolean stopped;

	/** Starts an attack. {@code callback} is one of {@link #CALLBACKS}. */
	Attack(GatewayFixture gateway, String route, String callback) {
		this(gateway, route, headers(gateway, callback));
	}

	private Attack(GatewayFixture gateway, String route, String[] headers) {
		this.gateway = gateway;
		this.path = "/" + route + "/echo";
		this.headers = headers;
		for (int i = 0; i < CLIENTS; i++) {
			Thread client = new Thread(this::run, "attack on " + route);
			this.clients.add(client);
			client.start();
		}
	}

	private static String[] headers(GatewayFixture gateway, String callback) {
		String call = "pause-call:localhost:" + gateway.upstream().port() + ":/x";
		return callback.equals("x-probe-call") ? new String[] { "x-probe", call, callback, "loop" }
				: new String[] { callback, "loop" };
	}

	/**
	 * Starts the same requests for a filter that responds immediately, as the gateway
	 * does for a filter whose circuit is open.
	 */
	static Attack thatIsAnswered(GatewayFixture gateway, String route) {
		return new Attack(gateway, route, new String[] { "x-probe", "local:503" });
	}

	private void run() {
		while (!this.stopped) {
			long start = System.nanoTime();
			this.outcomes.computeIfAbsent(send(), (key) -> new AtomicInteger()).incrementAndGet();
			this.times.add(System.nanoTime() - start);
			try {
				Thread.sleep(2);
			}
			catch (InterruptedException ex) {
				return;
			}
		}
	}

	/** Sends one request. Returns its status, or that its response was cut. */
	String send() {
		try {
			return Integer.toString(this.gateway.send("POST", this.path, "a body", this.headers).statusCode());
		}
		catch (UncheckedIOException ex) {
			return "cut";
		}
	}

	/** The number of requests by how they ended. */
	Map<String, AtomicInteger> outcomes() {
		return this.outcomes;
	}

	/** The nanoseconds that each request took, those of one client in their order. */
	List<Long> times() {
		return List.copyOf(this.times);
	}

	@Override
	public void close() throws InterruptedException {
		this.stopped = true;
		for (Thread client : this.clients) {
			client.join();
		}
	}

}
