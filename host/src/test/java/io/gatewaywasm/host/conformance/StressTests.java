package io.gatewaywasm.host.conformance;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import io.gatewaywasm.host.abi.HeaderPair;
import io.gatewaywasm.host.fixture.FakeExchange;
import io.gatewaywasm.host.fixture.TestServices;
import io.gatewaywasm.host.limits.PluginLimits;
import io.gatewaywasm.host.plugin.FailStrategy;
import io.gatewaywasm.host.plugin.Plugin;
import io.gatewaywasm.host.spi.Decision;
import io.gatewaywasm.host.spi.FilterStream;
import io.gatewaywasm.host.spi.HttpCallResult;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Many concurrent streams on several threads, while VMs fail, are recycled and reloaded:
 * checklist j and n under load. In every case each phase gets exactly one decision, and
 * each stream ends once in the guest unless its VM was lost.
 */
@Tag("slow")
@Timeout(180)
class StressTests extends AbstractConformanceTests {

	private static final int LOOPS = 4;

	/**
	 * How long work may wait for a VM. So long that a slow machine does not reject any
	 * work.
	 */
	private static final Duration PATIENCE = Duration.ofSeconds(120);

	private final List<ExecutorService> loops = new ArrayList<>();

	private final AtomicInteger doubled = new AtomicInteger();

	private final AtomicInteger asked = new AtomicInteger();

	private final AtomicInteger answered = new AtomicInteger();

	private final Queue<Throwable> errors = new ConcurrentLinkedQueue<>();

	StressTests() {
		for (int i = 0; i < LOOPS; i++) {
			this.loops.add(Executors.newSingleThreadExecutor());
		}
	}

	@AfterEach
	void stopLoops() {
		this.loops.forEach(ExecutorService::shutdownNow);
	}

	private ExecutorService loop(int i) {
		return this.loops.get(Math.floorMod(i, LOOPS));
	}

	/** Returns a sink that accepts one decision and any number of releases. */
	private Consumer<Decision> once(Consumer<Decision> next) {
		this.asked.incrementAndGet();
		AtomicInteger taken = new AtomicInteger();
		return (decision) -> {
			if (decision instanceof Decision.Release) {
				return;
			}
			if (taken.incrementAndGet() > 1) {
				this.doubled.incrementAndGet();
				return;
			}
			this.answered.incrementAndGet();
			try {
				next.accept(decision);
			}
			catch (Throwable ex) {
				this.errors.add(ex);
			}
		};
	}

	/**
	 * Runs request headers on one event loop, body chunks and response headers on
	 * another, then ends the stream.
	 */
	private void exchange(Plugin plugin, int i, CountDownLatch done, String... headers) {
		FakeExchange exchange = new FakeExchange(loop(i), headers);
		FilterStream stream = plugin.openStream(exchange, i);
		stream.requestHeaders(false, once((first) -> {
			if (first instanceof Decision.Respond) {
				end(stream, done);
				return;
			}
			stream.requestBody(bytes("abc"), false, once((second) -> stream.requestBody(bytes("def"), true,
					once((third) -> loop(i + 1).execute(() -> stream.responseHeaders(true, once((fourth) -> {
						end(stream, done);
						end(stream, done);
					})))))));
		}));
	}

	private static void end(FilterStream stream, CountDownLatch done) {
		stream.end();
		done.countDown();
	}

	private void assertEachQuestionWasAnsweredOnce(Plugin plugin) {
		await(() -> plugin.status().counters().activeStreams() == 0);
		await(() -> this.answered.get() == this.asked.get());
		assertThat(this.doubled).hasValue(0);
		assertThat(this.errors).isEmpty();
	}

	@Test
	void thousandPausedStreamsOnOneInstanceNeverSeeEachOther() throws Exception {
		int streams = 1000;
		Plugin plugin = start("probe_rust", spec().limits(limits().vm((vm) -> vm.vmWait(PATIENCE)).build()));
		CountDownLatch done = new CountDownLatch(streams);
		Queue<String> wrong = new ConcurrentLinkedQueue<>();
		for (int i = 0; i < streams; i++) {
			String id = "id-" + i;
			int number = i;
			loop(i).execute(() -> {
				FakeExchange exchange = new FakeExchange(loop(number), "x-probe",
						"ctx,call-header:x-req-id=" + id + ",pause-call:auth", "x-req-id", id);
				FilterStream stream = plugin.openStream(exchange, number);
				stream.requestHeaders(true,
						once((first) -> loop(number + 1).execute(() -> stream.responseHeaders(true, once((second) -> {
							String seen = exchange.responseHeaders.get("x-req-id-resp") + ", "
									+ exchange.requestHeaders.get("x-call-body");
							if (!seen.equals(id + ", " + id)) {
								wrong.add(id + " saw " + seen);
							}
							end(stream, done);
						})))));
			});
		}
		// Answers callouts while more arrive. The body is the id of the stream that made
		// the callout.
		await(() -> this.services.calls.size() >= streams / 2);
		SplittableRandom random = new SplittableRandom(1);
		int answeredCalls = 0;
		while (answeredCalls < streams) {
			int known = this.services.calls.size();
			for (; answeredCalls < known; answeredCalls++) {
				TestServices.SentCall call = this.services.calls.get(answeredCalls);
				loop(random.nextInt(LOOPS)).execute(() -> answerWithId(call));
			}
			Thread.onSpinWait();
		}
		assertThat(done.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
		assertEachQuestionWasAnsweredOnce(plugin);
		assertThat(wrong).isEmpty();
		await(() -> this.services.lines("probe delete #").size() == streams);
		assertThat(this.services.lines("probe done #")).hasSize(streams).doesNotHaveDuplicates();
		assertThat(this.services.lines("probe log #")).hasSize(streams).doesNotHaveDuplicates();
		assertThat(this.services.lines("probe delete #")).hasSize(streams).doesNotHaveDuplicates();
	}

	private static void answerWithId(TestServices.SentCall call) {
		String id = call.call()
			.headers()
			.stream()
			.filter((header) -> header.name().equals("x-req-id"))
			.map((header) -> header.value())
			.findFirst()
			.orElse("");
		call.result()
			.accept(new HttpCallResult.Response(List.of(new HeaderPair(":status", "200")), bytes(id), List.of()));
	}

	@ParameterizedTest
	@EnumSource(FailStrategy.class)
	void vmsThatTrapLoseNoDecision(FailStrategy strategy) throws Exception {
		int streams = 2000;
		// All streams start at once. None may be refused for that, because it could be
		// one of those that trap.
		PluginLimits.Builder limits = limits().vm((vm) -> vm.mailbox(5 * streams).vmWait(PATIENCE));
		Plugin plugin = start("body_rust", spec().vms(2).failStrategy(strategy).limits(limits.build()));
		CountDownLatch done = new CountDownLatch(streams);
		for (int i = 0; i < streams; i++) {
			int number = i;
			String command = (i % 400 == 399) ? "trap" : (i % 3 == 0) ? "buffer" : (i % 3 == 1) ? "upper" : "count";
			loop(i).execute(() -> exchange(plugin, number, done, "x-body", command));
		}
		assertThat(done.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
		assertEachQuestionWasAnsweredOnce(plugin);
		assertThat(plugin.status().counters().failures()).isPositive();
	}

	@Test
	void recycledAndReloadedVmsEndEachStreamOnce() throws Exception {
		int streams = 3000;
		// All streams start at once. None may be refused for that.
		PluginLimits.Builder limits = limits().vm((vm) -> vm.mailbox(5 * streams).vmWait(PATIENCE));
		Plugin plugin = start("probe_rust",
				spec().vms(2).limits(limits.pool((pool) -> pool.recycleAfterRequests(50)).build()));
		CountDownLatch done = new CountDownLatch(streams);
		for (int i = 0; i < streams; i++) {
			int number = i;
			loop(i).execute(() -> exchange(plugin, number, done));
			if (i % 1000 == 500) {
				plugin.reload(
						spec().vms(2).limits(limits.pool((pool) -> pool.recycleAfterRequests(70)).build()).build(),
						filter("probe_rust"));
			}
		}
		assertThat(done.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
		assertEachQuestionWasAnsweredOnce(plugin);
		assertThat(this.services.failures).isEmpty();
		await(() -> this.services.lines("probe delete #").size() == streams);
		assertThat(this.services.lines("probe done #")).hasSize(streams);
		assertThat(this.services.lines("probe log #")).hasSize(streams);
		assertThat(plugin.status().counters().failures()).isZero();
	}

	@Test
	void endsThatRaceWithCallbacksAndPauseTimeoutsHappenOnce() throws Exception {
		int streams = 1000;
		Plugin plugin = start("probe_rust",
				spec().limits(limits().streams((each) -> each.pauseTimeout(Duration.ofMillis(15)))
					.vm((vm) -> vm.vmWait(PATIENCE))
					.build()));
		CountDownLatch done = new CountDownLatch(streams);
		SplittableRandom random = new SplittableRandom(2);
		for (int i = 0; i < streams; i++) {
			int number = i;
			long nanos = random.nextInt(20_000_000);
			loop(i).execute(() -> {
				FilterStream stream = plugin.openStream(new FakeExchange(loop(number), "x-probe", "pause-call:auth"),
						0);
				stream.requestHeaders(true, (decision) -> {
				});
				this.services.scheduler()
					.schedule(() -> loop(number + 1).execute(() -> end(stream, done)), Duration.ofNanos(nanos));
			});
			while (i - this.services.calls.size() > 50) {
				Thread.onSpinWait();
			}
			if (i % 2 == 0 && i < this.services.calls.size()) {
				TestServices.SentCall call = this.services.calls.get(i);
				loop(i + 2).execute(() -> answerWithId(call));
			}
		}
		assertThat(done.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
		await(() -> plugin.status().counters().activeStreams() == 0);
		await(() -> this.services.lines("probe delete #").size() == streams);
		assertThat(this.services.lines("probe done #")).hasSize(streams).doesNotHaveDuplicates();
		assertThat(this.services.lines("probe log #")).hasSize(streams).doesNotHaveDuplicates();
		assertThat(this.services.failures).containsOnly("pause-timeout");
	}

	@Test
	void streamsThatEndWhileTheyWaitForAVmLeaveNothingBehind() throws Exception {
		int streams = 400;
		Plugin plugin = start("probe_rust",
				spec().limits(limits().vm((vm) -> vm.vmWait(Duration.ofMillis(300))).build()));
		CountDownLatch done = new CountDownLatch(streams);
		for (int i = 0; i < streams; i++) {
			int number = i;
			boolean trapping = i % 100 == 0;
			loop(i).execute(() -> {
				FilterStream stream = plugin
					.openStream(new FakeExchange(loop(number), "x-probe", trapping ? "trap" : "add:x-a=1"), 0);
				stream.requestHeaders(true, (decision) -> {
				});
				loop(number + 1).execute(() -> end(stream, done));
			});
		}
		assertThat(done.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
		await(() -> plugin.status().counters().activeStreams() == 0 && plugin.status().instances().serving() == 1);
		plugin.close();
	}

	@Test
	void fullMailboxAnswersWhatItRefuses() throws Exception {
		int streams = 500;
		Plugin plugin = start("probe_rust", spec().limits(limits().vm((vm) -> vm.mailbox(3)).build()));
		CountDownLatch done = new CountDownLatch(streams);
		for (int i = 0; i < streams; i++) {
			int number = i;
			loop(i).execute(() -> exchange(plugin, number, done, "x-probe", "spin:1"));
		}
		assertThat(done.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
		assertEachQuestionWasAnsweredOnce(plugin);
		assertThat(this.services.failures).contains("overload").containsOnly("overload");
	}

	@Test
	void bodyPartsArriveInOrderWhileCalloutsReleaseThem() throws Exception {
		int streams = 500;
		Plugin plugin = start("body_rust", spec().limits(limits().vm((vm) -> vm.vmWait(PATIENCE)).build()));
		CountDownLatch done = new CountDownLatch(streams);
		AtomicInteger wrong = new AtomicInteger();
		for (int i = 0; i < streams; i++) {
			int number = i;
			loop(i).execute(() -> {
				StringBuffer body = new StringBuffer();
				FilterStream stream = plugin
					.openStream(new FakeExchange(loop(number), "x-body", "pause-call:" + number), number);
				Consumer<Decision> last = (decision) -> {
					body.append((decision instanceof Decision.More) ? "" : text(decision));
					if (decision instanceof Decision.Forward forward && forward.endOfStream()) {
						if (!body.toString().equals("abcdef")) {
							wrong.incrementAndGet();
						}
						end(stream, done);
					}
				};
				Consumer<Decision> first = (decision) -> {
					body.append((decision instanceof Decision.More) ? "" : text(decision));
					if (!(decision instanceof Decision.Release)) {
						// Like an upstream's event loop, this is not the stream's own.
						loop(number + 1).execute(() -> stream.requestBody(bytes("def"), true, last));
					}
				};
				stream.requestHeaders(false, (decision) -> stream.requestBody(bytes("abc"), false, first));
			});
		}
		int answeredCalls = 0;
		while (answeredCalls < streams) {
			int known = this.services.calls.size();
			for (; answeredCalls < known; answeredCalls++) {
				TestServices.SentCall call = this.services.calls.get(answeredCalls);
				loop(answeredCalls + 2).execute(() -> answerWithId(call));
			}
			Thread.onSpinWait();
		}
		assertThat(done.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
		assertThat(wrong).hasValue(0);
	}

}
