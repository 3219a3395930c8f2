package io.gatewaywasm.boot.reliability;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

import io.gatewaywasm.boot.fixture.GatewayFixture;

/**
 * Sends requests until {@link #close} is called: short ones, ones with a body in two
 * halves, and ones that the filter pauses.
 */
final class Load implements AutoCloseable {

	private final GatewayFixture gateway;

	private final String path;

	private final String[] headers;

	private final List<Thread> clients = new ArrayList<>();

	private final List<String> unexpected = new CopyOnWriteArrayList<>();

	private final AtomicInteger requests = new AtomicInteger();

	private final AtomicInteger heldBodies = new AtomicInteger();

	private final AtomicInteger pauses = new AtomicInteger();

	private volatile boolean stopped;

	/**
	 * Starts the load. {@code path} is the path that leads to the filter, which adds
	 * {@code x-version: 1}. {@code headers} has alternating names and values of headers
	 * of the short requests.
	 */
	Load(GatewayFixture gateway, String path, String... headers) {
		this.gateway = gateway;
		this.path = path;
		this.headers = headers;
		client(this::shortRequest);
		client(this::shortRequest);
		client(this::heldBody);
		client(this::pause);
	}

	int requests() {
		return this.requests.get();
	}

	int heldBodies() {
		return this.heldBodies.get();
	}

	int pauses() {
		return this.pauses.get();
	}

	List<String> unexpected() {
		return this.unexpected;
	}

	private void client(Request request) {
		Thread thread = new Thread(() -> {
			while (!this.stopped) {
				try {
					request.send();
				}
				catch (Exception ex) {
					this.unexpected.add(ex.toString());
				}
				this.requests.incrementAndGet();
			}
		});
		this.clients.add(thread);
		thread.start();
	}

	private void shortRequest() {
		check(this.gateway.get(this.path + "/x", this.headers));
	}

	/** The filter pauses until an answer comes that takes its time. */
	private void pause() {
		check(this.gateway.get(this.path + "/x", "x-probe",
				"pause-call:localhost:" + this.gateway.upstream().port() + ":/delay/200,add:x-version=1"));
		this.pauses.incrementAndGet();
	}

	private void heldBody() throws Exception {
		try (Socket socket = new Socket("localhost", this.gateway.port())) {
			OutputStream out = socket.getOutputStream();
			write(out, "POST " + this.path + "/echo HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
					+ "Content-Length: 12\r\n\r\nfirst ");
			Thread.sleep(200);
			write(out, "second");
			InputStream in = socket.getInputStream();
			String answer = new String(in.readAllBytes(), StandardCharsets.UTF_8).replaceAll("\r\n[0-9a-f]+\r\n", "");
			if (!answer.startsWith("HTTP/1.1 200") || !answer.contains("first second")) {
				this.unexpected.add(answer);
			}
		}
		this.heldBodies.incrementAndGet();
	}

	private static void write(OutputStream out, String text) throws IOException {
		out.write(text.getBytes(StandardCharsets.US_ASCII));
		out.flush();
	}

	private void check(HttpResponse<String> response) {
		if (response.statusCode() != 200 || !response.body().contains("x-version: 1")) {
			this.unexpected.add(response + response.body());
		}
	}

	void finish() throws InterruptedException {
		this.stopped = true;
		for (Thread client : this.clients) {
			client.join();
		}
	}

	@Override
	public void close() {
		this.stopped = true;
	}

	/** One request and its answer. */
	private interface Request {

		void send() throws Exception;

	}

}
