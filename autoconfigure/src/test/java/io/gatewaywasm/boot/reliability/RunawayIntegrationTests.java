package io.gatewaywasm.boot.reliability;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import io.gatewaywasm.boot.fixture.GatewayFixture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Integration tests for a filter that never returns, beside filters that do.
 */
@EnabledIfSystemProperty(named = "gatewaywasm.load", matches = "true",
		disabledReason = "a measurement, not a check: run it by hand with -Dtest.jvm.arguments=-Dgatewaywasm.load=true")
class RunawayIntegrationTests {

	private static final Logger logger = LoggerFactory.getLogger(RunawayIntegrationTests.class);

	private static final int REQUESTS = 3000;

	private static GatewayFixture gateway;

	@BeforeAll
	static void start() {
		gateway = GatewayFixture.builder()
			.plugin("good", "hello_world", "root-id", "hello_world")
			.plugin("runaway", "probe_rust", "limits.callback-timeout", "100ms")
			.route("good", "Wasm=good")
			.route("plain")
			.route("runaway", "Wasm=runaway")
			.start();
	}

	@AfterAll
	static void stop() {
		gateway.close();
	}

	@Test
	void othersAreUndisturbedOnceTheRunawayIsQuarantined() throws Exception {
		measure(REQUESTS);
		long without = p99(measure(REQUESTS));
		AtomicBoolean stop = new AtomicBoolean();
		AtomicInteger loops = new AtomicInteger();
		List<Thread> attackers = attack(stop, loops);
		try {
			ReloadIntegrationTests.await(() -> gateway.status("runaway").circuitOpen());
			long failures = gateway.status("runaway").failures();
			gateway.assertHealth(503);
			long with = p99(measure(REQUESTS));
			logger.info("p99 of the others: {} without the runaway, {} with it quarantined, after {} of its requests",
					Duration.ofNanos(without), Duration.ofNanos(with), loops.get());
			assertThat(with).isLessThan(Math.max(4 * without, Duration.ofMillis(50).toNanos()));
			assertThat(failures).isPositive();
			assertThat(gateway.status("good").failures()).isZero();
		}
		finally {
			stop.set(true);
			for (Thread attacker : attackers) {
				attacker.join();
			}
		}
	}

	/** Requests to the runaway without end; each gets 503. */
	private static List<Thread> attack(AtomicBoolean stop, AtomicInteger loops) {
		List<Thread> attackers = new ArrayList<>();
		for (int i = 0; i < 2; i++) {
			Thread attacker = new Thread(() -> {
				while (!stop.get()) {
					assertThat(gateway.get("/runaway/x", "x-probe", "loop").statusCode()).isEqualTo(503);
					loops.incrementAndGet();
					pauseBriefly();
				}
			});
			attacker.start();
			attackers.add(attacker);
		}
		return attackers;
	}

	private static void pauseBriefly() {
		try {
			Thread.sleep(2);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private static List<Long> measure(int requests) {
		List<Long> times = new ArrayList<>(requests);
		for (int i = 0; i < requests; i++) {
			long start = System.nanoTime();
			assertThat(gateway.get((i % 2 == 0) ? "/good/x" : "/plain/x").statusCode()).isEqualTo(200);
			times.add(System.nanoTime() - start);
		}
		return times;
	}

	private static long p99(List<Long> times) {
		Collections.sort(times);
		return times.get(times.size() * 99 / 100);
	}

}
