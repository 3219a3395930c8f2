package io.gatewaywasm.host.conformance;

import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;

import io.gatewaywasm.host.plugin.Plugin;
import io.gatewaywasm.host.spi.FilterStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The host's classes between the gateway and a guest whose VM is idle.
 */
class GuestEntryTests extends AbstractConformanceTests {

	private static final String HOST = "io.gatewaywasm.host.";

	@ParameterizedTest
	@ValueSource(strings = { "x-probe", "x-probe-body", "x-probe-resp", "x-probe-resp-body", "x-probe-log" })
	void atMostSixClassesAreOnTheStackWhereAGuestIsEntered(String phase) {
		AtomicReference<List<String>> stack = new AtomicReference<>(List.of());
		this.services.foreignFunctions.put("stack", (call, arguments) -> {
			stack.set(StackWalker.getInstance()
				.walk((frames) -> frames.map(StackWalker.StackFrame::getClassName).collect(Collectors.toList())));
			return new byte[0];
		});
		Plugin plugin = start("probe_rust");
		FilterStream stream = plugin.openStream(exchange(phase, "foreign:stack=x"), 0);
		stream.requestHeaders(false, this.decisions::add);
		stream.requestBody(bytes("body"), true, this.decisions::add);
		stream.responseHeaders(false, this.decisions::add);
		stream.responseBody(bytes("body"), true, this.decisions::add);
		stream.end();
		List<String> frames = stack.get();
		// The outermost frame of the guest. Frames after it belong to the host.
		int entry = 0;
		for (int i = 0; i < frames.size(); i++) {
			entry = isGuest(frames.get(i)) ? i : entry;
		}
		assertThat(entry).isPositive();
		List<String> host = frames.subList(entry + 1, frames.size())
			.stream()
			.filter((name) -> name.startsWith(HOST) && !name.startsWith(HOST + "conformance"))
			.map((name) -> name.replaceAll("[$].*", ""))
			.distinct()
			.toList();
		assertThat(host).as("%s", frames).contains(HOST + "vm.stream.ExchangeStream").hasSizeLessThanOrEqualTo(6);
	}

	private static boolean isGuest(String className) {
		return !className.startsWith(HOST) && !className.startsWith("java.") && !className.startsWith("jdk.")
				&& !className.startsWith("org.junit.") && !className.startsWith("org.apache.")
				&& !className.startsWith("com.dylibso.chicory.runtime.");
	}

}
