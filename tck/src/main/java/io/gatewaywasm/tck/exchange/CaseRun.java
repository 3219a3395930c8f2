package io.gatewaywasm.tck.exchange;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;

import io.gatewaywasm.tck.cases.ClientRequest;
import io.gatewaywasm.tck.cases.ConformanceCase;
import io.gatewaywasm.tck.cases.UpstreamAnswer;
import io.gatewaywasm.tck.proxy.Deployment;
import io.gatewaywasm.tck.proxy.GuestLog;
import io.gatewaywasm.tck.proxy.Proxy;
import io.gatewaywasm.tck.tls.SelfSignedCertificate;

/**
 * One case and its upstreams, ready to run on a proxy.
 */
final class CaseRun implements AutoCloseable {

	private static final int QUIET = 400;

	private static final int LONGEST_WAIT = 4000;

	private final Deployment deployment;

	private final Upstream upstream;

	private final Map<String, Upstream> callouts = new LinkedHashMap<>();

	private final ExecutorService executor;

	CaseRun(int number, ConformanceCase conformanceCase, SelfSignedCertificate certificate, ExecutorService executor)
			throws IOException {
		this.executor = executor;
		this.upstream = new Upstream(conformanceCase.upstream(), certificate, executor);
		for (Map.Entry<String, List<UpstreamAnswer>> callout : conformanceCase.callouts().entrySet()) {
			this.callouts.put(callout.getKey(), new Upstream(callout.getValue(), certificate, executor));
		}
		Map<String, Integer> ports = new LinkedHashMap<>();
		this.callouts.forEach((name, server) -> ports.put(name, server.port()));
		this.deployment = new Deployment(number, conformanceCase, this.upstream.port(), ports, certificate);
	}

	Deployment deployment() {
		return this.deployment;
	}

	Observation run(Proxy proxy) {
		ConformanceCase conformanceCase = this.deployment.conformanceCase();
		Map<String, Map<String, String>> messages = new LinkedHashMap<>();
		List<Integer> logged = sizes(proxy.log());
		Optional<GuestLog> calls = proxy.calls();
		List<Integer> traced = calls.map(this::sizes).orElse(List.of());
		List<Map<String, String>> responses = conformanceCase.requests()
			.stream()
			.anyMatch((request) -> request.at() >= 0) ? inParallel(proxy) : inTurn(proxy);
		for (int i = 0; i < responses.size(); i++) {
			messages.put("client " + (i + 1), responses.get(i));
		}
		Http1Writer.pause(conformanceCase.settle());
		awaitQuiet(proxy, logged);
		add(messages, "upstream", this.upstream);
		this.callouts.forEach((name, server) -> add(messages, name, server));
		Map<String, List<String>> guests = linesSince(logged, proxy.log());
		this.upstream.disconnect();
		this.callouts.values().forEach(Upstream::disconnect);
		return new Observation(messages, guests, calls.map((log) -> linesSince(traced, log)).orElse(Map.of()));
	}

	private List<Integer> sizes(GuestLog log) {
		List<Integer> sizes = new ArrayList<>();
		for (int i = 0; i < this.deployment.conformanceCase().filters().size(); i++) {
			sizes.add(log.of(this.deployment.plugin(i)).size());
		}
		return sizes;
	}

	private Map<String, List<String>> linesSince(List<Integer> sizes, GuestLog log) {
		Map<String, List<String>> guests = new LinkedHashMap<>();
		for (int i = 0; i < sizes.size(); i++) {
			guests.put("filter " + (i + 1), since(sizes.get(i), log.of(this.deployment.plugin(i))));
		}
		return guests;
	}

	private static List<String> since(int size, List<String> lines) {
		return lines.subList(Math.min(size, lines.size()), lines.size());
	}

	private static void add(Map<String, Map<String, String>> messages, String name, Upstream server) {
		int number = 1;
		for (Map<String, String> facts : server.takeRecorded()) {
			messages.put(name + " " + number++, facts);
		}
	}

	private List<Map<String, String>> inTurn(Proxy proxy) {
		List<Map<String, String>> responses = new ArrayList<>();
		try (Client client = client(proxy)) {
			for (ClientRequest request : this.deployment.conformanceCase().requests()) {
				responses.add(client.exchange(request));
			}
		}
		catch (IOException ex) {
			responses.add(Map.of("end", "no connection"));
		}
		return responses;
	}

	private List<Map<String, String>> inParallel(Proxy proxy) {
		List<CompletableFuture<Map<String, String>>> responses = new ArrayList<>();
		for (ClientRequest request : this.deployment.conformanceCase().requests()) {
			responses.add(CompletableFuture.supplyAsync(() -> {
				Http1Writer.pause(Math.max(0, request.at()));
				try (Client client = client(proxy)) {
					return client.exchange(request);
				}
				catch (IOException ex) {
					return Map.of("end", "no connection");
				}
			}, this.executor));
		}
		return responses.stream().map(CompletableFuture::join).toList();
	}

	private Client client(Proxy proxy) {
		return new Client(proxy.address(this.deployment), String.valueOf(this.deployment.number()), this.executor);
	}

	// The case is over when every stream that was created has been deleted, or when
	// nothing more is logged: a guest that traps does not log the end.
	private void awaitQuiet(Proxy proxy, List<Integer> logged) {
		int waited = 0;
		int quiet = 0;
		int size = -1;
		while (waited < LONGEST_WAIT && quiet < QUIET) {
			boolean ended = true;
			int lines = 0;
			for (int i = 0; i < logged.size(); i++) {
				List<String> own = since(logged.get(i), proxy.log().of(this.deployment.plugin(i)));
				lines += own.size();
				ended &= !own.isEmpty() && count(own, "create ") == count(own, "delete ");
			}
			if (ended && quiet >= 60) {
				return;
			}
			quiet = (lines == size) ? quiet + 20 : 0;
			size = lines;
			waited += 20;
			Http1Writer.pause(20);
		}
	}

	private static long count(List<String> lines, String prefix) {
		return lines.stream().filter((line) -> line.startsWith(prefix)).count();
	}

	@Override
	public void close() throws IOException {
		this.upstream.close();
		for (Upstream callout : this.callouts.values()) {
			callout.close();
		}
	}

}
