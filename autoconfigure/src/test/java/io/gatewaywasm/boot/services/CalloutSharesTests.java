package io.gatewaywasm.boot.services;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;

import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link CalloutShares}.
 */
class CalloutSharesTests {

	private final CalloutShares shares = new CalloutShares(4);

	private final List<String> started = new ArrayList<>();

	private final List<String> failures = new ArrayList<>();

	private final List<Sinks.Empty<String>> ends = new ArrayList<>();

	@Test
	void pluginUsesHalfOfAHost() {
		call("p", 4);
		assertThat(this.started).containsExactly("p", "p");
		call("q", 1);
		assertThat(this.started).containsExactly("p", "p", "q");
		this.ends.get(0).tryEmitEmpty();
		assertThat(this.started).containsExactly("p", "p", "q", "p");
	}

	@Test
	void pluginsTakeTurns() {
		call("p", 2);
		call("q", 2);
		call("p", 2);
		call("r", 2);
		call("s", 1);
		this.started.clear();
		List.copyOf(this.ends).subList(0, 4).forEach(Sinks.Empty::tryEmitEmpty);
		assertThat(this.started).containsExactly("r", "s", "p", "r");
	}

	@Test
	void otherHostsAreIndependent() {
		call("p", 2);
		this.shares.limited("http://other", "p", Mono.fromRunnable(() -> this.started.add("other"))).subscribe();
		assertThat(this.started).containsExactly("p", "p", "other");
	}

	@Test
	void tooManyWaitingCalloutsFailAtOnce() {
		call("p", 8);
		assertThat(this.started).hasSize(2);
		assertThat(this.failures).hasSize(2)
			.containsOnly("too many calls of the plugin are waiting for a connection to the upstream");
		this.ends.get(0).tryEmitEmpty();
		call("p", 2);
		assertThat(this.failures).hasSize(3);
	}

	@Test
	void calloutsWaitForOtherPluginsOnlyWithinALimit() {
		call("p", 2);
		call("q", 2);
		call("r", 5);
		assertThat(this.started).containsExactly("p", "p", "q", "q");
		assertThat(this.failures)
			.containsExactly("too many calls of the plugin are waiting for a connection to the upstream");
		this.ends.get(0).tryEmitEmpty();
		call("r", 2);
		assertThat(this.started).containsExactly("p", "p", "q", "q", "r");
		assertThat(this.failures).hasSize(2);
	}

	@Test
	void waitingCalloutsThatFailAtOnceDoNotNest() {
		CalloutShares large = new CalloutShares(10_000);
		List<Sinks.Empty<String>> running = new ArrayList<>();
		for (int i = 0; i < 5_000; i++) {
			Sinks.Empty<String> end = Sinks.empty();
			running.add(end);
			large.limited("http://host", "p", end.asMono()).subscribe();
		}
		for (int i = 0; i < 10_000; i++) {
			large.limited("http://host", "p", Mono.error(new IllegalStateException("invalid")))
				.subscribe(null, (failure) -> this.failures.add(failure.getMessage()));
		}
		assertThat(this.failures).isEmpty();
		running.get(0).tryEmitEmpty();
		assertThat(this.failures).hasSize(10_000).containsOnly("invalid");
		running.forEach(Sinks.Empty::tryEmitEmpty);
		assertThat(large.hosts()).isZero();
	}

	@Test
	void calloutThatIsCancelledWhileItWaitsDoesNotStart() {
		call("p", 2);
		Disposable waiting = call("p");
		call("p");
		waiting.dispose();
		this.ends.get(0).tryEmitEmpty();
		assertThat(this.started).hasSize(3);
		this.ends.forEach(Sinks.Empty::tryEmitEmpty);
		assertThat(this.shares.hosts()).isZero();
	}

	@Test
	void timeoutIncludesTheWait() {
		call("p", 2);
		this.shares.limited("http://host", "p", Mono.never())
			.timeout(Duration.ofMillis(20))
			.onErrorResume(TimeoutException.class, (ex) -> Mono.fromRunnable(() -> this.failures.add("timeout")))
			.block();
		assertThat(this.failures).containsExactly("timeout");
		this.ends.forEach(Sinks.Empty::tryEmitEmpty);
		assertThat(this.shares.hosts()).isZero();
	}

	@Test
	void calloutThatFailsOrIsCancelledMakesRoom() {
		Disposable cancelled = call("p");
		call("p");
		call("p", 2);
		cancelled.dispose();
		assertThat(this.started).hasSize(3);
		this.ends.get(1).tryEmitError(new IllegalStateException("lost"));
		assertThat(this.started).hasSize(4);
		assertThat(this.failures).containsExactly("lost");
		this.ends.forEach(Sinks.Empty::tryEmitEmpty);
		assertThat(this.shares.hosts()).isZero();
	}

	@Test
	void singleConnectionIsShared() {
		CalloutShares single = new CalloutShares(1);
		Sinks.Empty<String> first = Sinks.empty();
		single.limited("http://host", "p", first.asMono()).subscribe();
		single.limited("http://host", "q", Mono.fromRunnable(() -> this.started.add("q"))).subscribe();
		assertThat(this.started).isEmpty();
		first.tryEmitEmpty();
		assertThat(this.started).containsExactly("q");
		assertThat(single.hosts()).isZero();
	}

	private void call(String plugin, int number) {
		for (int i = 0; i < number; i++) {
			call(plugin);
		}
	}

	private Disposable call(String plugin) {
		return this.shares.limited("http://host", plugin, Mono.defer(() -> {
			this.started.add(plugin);
			Sinks.Empty<String> end = Sinks.empty();
			this.ends.add(end);
			return end.asMono();
		})).subscribe((result) -> {
		}, (failure) -> this.failures.add(failure.getMessage()));
	}

}
