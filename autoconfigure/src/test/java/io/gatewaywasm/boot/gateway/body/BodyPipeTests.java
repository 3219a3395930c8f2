package io.gatewaywasm.boot.gateway.body;

import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;

import io.gatewaywasm.host.spi.Decision;
import io.gatewaywasm.host.spi.LocalResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Subscription;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.core.io.buffer.PooledDataBuffer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Tests for {@link BodyPipe}.
 */
class BodyPipeTests {

	private final DefaultDataBufferFactory buffers = new DefaultDataBufferFactory();

	private final TestPublisher<DataBuffer> source = TestPublisher.create();

	private final List<String> seen = new ArrayList<>();

	private Consumer<Decision> decision;

	/** The length of the body if its last bytes have arrived together with its end. */
	private long arrived = -1;

	private boolean trailers;

	/** The bytes that are counted as buffered. */
	private long buffered;

	private boolean sentPartCounts;

	private boolean memoryExceeded;

	@Test
	void bodyThatIsRefusedBeforeItIsReadIsCancelled() {
		BodyPipe pipe = pipe();
		pipe.accept(new Decision.Reset("refused"));
		StepVerifier.create(pipe).verifyError(BodyRefusedException.class);
		this.source.assertCancelled();
	}

	@Test
	void nextChunkIsAskedForWhenLastWasDecidedAndTaken() {
		BodyPipe pipe = pipe();
		StepVerifier.create(pipe.map(BodyPipeTests::text), 0).then(() -> {
			this.source.assertMinRequested(0);
		}).thenRequest(1).then(() -> {
			this.source.assertMinRequested(1);
			this.source.next(buffer("a"));
			assertThat(this.seen).containsExactly("a");
			decide(new Decision.More());
			this.source.next(buffer("b"));
			decide(new Decision.Forward(bytes("AB"), false));
		}).expectNext("AB").thenRequest(1).then(() -> {
			this.source.complete();
			assertThat(this.seen).containsExactly("a", "b", "|end");
			decide(new Decision.Forward(bytes("C"), true));
		}).expectNext("C").verifyComplete();
	}

	@Test
	void lastChunkIsNotTheEnd() {
		StepVerifier.create(pipe().map(BodyPipeTests::text)).then(() -> {
			this.source.next(buffer("ab"));
			decide(new Decision.Forward(bytes("ab"), false));
			this.source.next(buffer("c"));
			decide(new Decision.Forward(bytes("c"), false));
			assertThat(this.seen).containsExactly("ab", "c");
			this.source.complete();
			assertThat(this.seen).containsExactly("ab", "c", "|end");
			decide(new Decision.Forward(new byte[0], true));
		}).expectNext("ab", "c").verifyComplete();
	}

	@Test
	void chunkThatArrivesWithTheEndIsShownWithTheEnd() {
		StepVerifier.create(pipe().map(BodyPipeTests::text)).then(() -> {
			this.source.next(buffer("ab"));
			decide(new Decision.Forward(bytes("ab"), false));
			this.arrived = 3;
			this.source.next(buffer("c"));
			assertThat(this.seen).containsExactly("ab");
			this.source.complete();
			assertThat(this.seen).containsExactly("ab", "c|end");
			decide(new Decision.Forward(bytes("c"), true));
		}).expectNext("ab", "c").verifyComplete();
	}

	@Test
	void onlyTheChunkWithTheLastBytesWaits() {
		this.arrived = 2;
		StepVerifier.create(pipe().map(BodyPipeTests::text)).then(() -> {
			this.source.next(buffer("a"));
			assertThat(this.seen).containsExactly("a");
			decide(new Decision.More());
			this.source.next(buffer("b"));
			assertThat(this.seen).containsExactly("a");
			this.source.complete();
			assertThat(this.seen).containsExactly("a", "b|end");
			decide(new Decision.Forward(bytes("ab"), true));
		}).expectNext("ab").verifyComplete();
	}

	@Test
	void bytesThatAnotherFilterAddsAfterTheArrivedEndAreShown() {
		this.arrived = 1;
		StepVerifier.create(pipe().map(BodyPipeTests::text)).then(() -> {
			this.source.next(buffer("a"));
			assertThat(this.seen).isEmpty();
			this.source.next(buffer("suffix"));
			this.source.complete();
			assertThat(this.seen).containsExactly("a");
			decide(new Decision.Forward(bytes("a"), false));
			assertThat(this.seen).containsExactly("a", "suffix|end");
			decide(new Decision.Forward(bytes("suffix"), true));
		}).expectNext("a", "suffix").verifyComplete();
	}

	@Test
	void chunkThatFollowsTheOneThatWaitedDoesNotWait() {
		this.arrived = 1;
		StepVerifier.create(pipe().map(BodyPipeTests::text)).then(() -> {
			this.source.next(buffer("a"));
			this.source.next(buffer("b"));
			decide(new Decision.Forward(bytes("a"), false));
			assertThat(this.seen).containsExactly("a", "b");
			decide(new Decision.Forward(bytes("b"), false));
			this.source.next(buffer("c"));
			assertThat(this.seen).containsExactly("a", "b", "c");
			decide(new Decision.Forward(bytes("c"), false));
			this.source.complete();
			assertThat(this.seen).containsExactly("a", "b", "c", "|end");
			decide(new Decision.Forward(bytes(""), true));
		}).expectNext("a", "b", "c").verifyComplete();
	}

	@Test
	void trailersThatAnotherFilterAddsFollowTheChunkThatWaited() {
		this.arrived = 1;
		this.trailers = true;
		StepVerifier.create(pipe().map(BodyPipeTests::text)).then(() -> {
			this.source.next(buffer("a"));
			this.source.complete();
			assertThat(this.seen).containsExactly("a");
			decide(new Decision.Forward(bytes("a"), false));
			assertThat(this.seen).containsExactly("a", "trailers");
			decide(Decision.Continue.INSTANCE);
		}).expectNext("a").verifyComplete();
	}

	@Test
	void failureDropsTheChunkThatWaits() {
		this.arrived = 1;
		StepVerifier.create(pipe()).then(() -> {
			this.source.next(buffer("a"));
			this.source.error(new IllegalStateException("broken"));
		}).verifyErrorMessage("broken");
		assertThat(this.seen).isEmpty();
	}

	@Test
	void releasedBytesDoNotEndTheWaitForADecision() {
		StepVerifier.create(pipe().map(BodyPipeTests::text)).then(() -> {
			this.source.next(buffer("a"));
			Consumer<Decision> answer = this.decision;
			answer.accept(new Decision.Release(bytes("held")));
			answer.accept(new Decision.Forward(bytes("a"), false));
			this.source.complete();
			decide(new Decision.Forward(new byte[0], true));
		}).expectNext("held", "a").verifyComplete();
	}

	@Test
	void heldHeadersGoWithFirstForward() {
		BodyPipe pipe = pipe();
		List<Decision> released = new ArrayList<>();
		pipe.hold(into(released)).subscribe();
		this.source.next(buffer("a"));
		decide(new Decision.More());
		assertThat(released).isEmpty();
		this.source.next(buffer("b"));
		decide(new Decision.Forward(bytes("ab"), false));
		assertThat(released).containsExactly(Decision.Continue.INSTANCE);
		assertThat(pipe.whole()).isNull();
		StepVerifier.create(pipe.map(BodyPipeTests::text)).expectNext("ab").then(() -> {
			this.source.complete();
			decide(new Decision.Forward(new byte[0], true));
		}).verifyComplete();
	}

	@Test
	void gatheredBodyIsReadAsAWhole() {
		BodyPipe pipe = pipe();
		List<Decision> gathered = new ArrayList<>();
		pipe.gather(into(gathered)).subscribe();
		this.source.next(buffer("a"));
		decide(new Decision.Forward(bytes("AA"), false));
		this.source.next(buffer("b"));
		decide(new Decision.Forward(bytes("BB"), false));
		assertThat(gathered).isEmpty();
		assertThat(pipe.whole()).isNull();
		this.source.complete();
		decide(new Decision.Forward(new byte[0], true));
		assertThat(gathered).containsExactly(Decision.Continue.INSTANCE);
		assertThat(pipe.whole().length()).isEqualTo(4);
		assertThat(text(pipe.whole().buffer(this.buffers))).isEqualTo("AABB");
		StepVerifier.create(pipe.map(BodyPipeTests::text)).expectNext("AABB").verifyComplete();
	}

	@Test
	void manySmallPartsAreReadAsOne() {
		BodyPipe pipe = pipe();
		pipe.gather((end) -> Mono.empty()).subscribe();
		for (int part = 0; part < 100; part++) {
			this.source.next(buffer("a"));
			decide(new Decision.Forward(bytes("b"), false));
		}
		this.source.complete();
		decide(new Decision.Forward(new byte[0], true));
		assertThat(pipe.whole().parts()).singleElement().isEqualTo(bytes("b".repeat(100)));
		assertThat(pipe.whole().length()).isEqualTo(100);
		StepVerifier.create(pipe.map(BodyPipeTests::text)).expectNext("b".repeat(100)).verifyComplete();
	}

	@Test
	void headersDoNotWaitForTheEndOfABodyThatTheFilterMakesLarge() {
		BodyPipe pipe = pipe();
		List<Decision> gathered = new ArrayList<>();
		pipe.gather(into(gathered)).subscribe();
		int parts = 0;
		while (gathered.isEmpty() && parts < 100) {
			this.source.next(buffer("a"));
			decide(new Decision.Forward(new byte[BodyPipe.SMALL], false));
			parts++;
		}
		assertThat(parts).isEqualTo(1 + BodyOutput.MAX_GATHERED / BodyPipe.SMALL);
		assertThat(gathered).containsExactly(Decision.Continue.INSTANCE);
		assertThat(pipe.whole()).isNull();
	}

	@Test
	void heldBodyThatEndsIsReadAsAWholeWithoutACopy() {
		BodyPipe pipe = pipe();
		List<Decision> released = new ArrayList<>();
		pipe.hold(into(released)).subscribe();
		this.source.next(buffer("a"));
		decide(new Decision.More());
		this.source.complete();
		byte[] all = bytes("A");
		decide(new Decision.Forward(all, true));
		assertThat(released).containsExactly(Decision.Continue.INSTANCE);
		assertThat(pipe.whole().parts()).singleElement().isSameAs(all);
	}

	@Test
	void gatheredBodyWithoutBytesIsReadAsAWhole() {
		BodyPipe pipe = pipe();
		List<Decision> gathered = new ArrayList<>();
		pipe.gather(into(gathered)).subscribe();
		this.source.next(buffer("a"));
		this.source.complete();
		decide(new Decision.Forward(new byte[0], true));
		assertThat(gathered).containsExactly(Decision.Continue.INSTANCE);
		assertThat(pipe.whole()).isEqualTo(WholeBody.EMPTY);
		StepVerifier.create(pipe).verifyComplete();
	}

	@Test
	void sourceThatFailsBehindItsLastByteFailsWhatWaitsForTheWhole() {
		BodyPipe pipe = pipe();
		List<Throwable> failures = new ArrayList<>();
		pipe.gather((end) -> Mono.empty()).subscribe(null, failures::add);
		this.source.next(buffer("a"));
		decide(new Decision.Forward(bytes("a"), true));
		this.source.error(new IllegalStateException("broken"));
		assertThat(failures).singleElement().satisfies((ex) -> assertThat(ex).hasMessage("broken"));
		assertThat(pipe.whole()).isNull();
	}

	@Test
	void replyEndsBodyAndCancelsSource() {
		LocalResponse local = LocalResponse.of(403, "no");
		StepVerifier.create(pipe()).then(() -> {
			this.source.next(buffer("a"));
			decide(new Decision.Respond(local));
			this.source.assertCancelled();
		})
			.verifyErrorSatisfies(
					(ex) -> assertThat(((BodyRefusedException) ex).decision()).isEqualTo(new Decision.Respond(local)));
	}

	@Test
	void cancelReachesSourceAndLateDecisionDoesNothing() {
		StepVerifier.create(pipe()).then(() -> this.source.next(buffer("a"))).thenCancel().verify();
		this.source.assertCancelled();
		decide(new Decision.Forward(bytes("a"), false));
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void cancelledHeadersThatWaitForTheBodyCancelTheSource(boolean toTheEnd) {
		BodyPipe pipe = pipe();
		List<Decision> released = new ArrayList<>();
		Mono<Void> headers = toTheEnd ? pipe.gather(into(released)) : pipe.hold(into(released));
		Disposable waiting = headers.subscribe();
		this.source.next(buffer("a"));
		decide(new Decision.More());
		waiting.dispose();
		this.source.assertCancelled();
		decide(new Decision.Forward(bytes("a"), false));
		assertThat(released).isEmpty();
	}

	@Test
	void cancellationAfterTheHeadersWereReleasedCancelsABodyWithoutReceiver() {
		BodyPipe pipe = pipe();
		Disposable rest = pipe.hold((released) -> Mono.never()).subscribe();
		this.source.next(buffer("a"));
		decide(new Decision.Forward(bytes("a"), false));
		rest.dispose();
		this.source.assertCancelled();
	}

	@Test
	void errorOfSourceIsPassedOn() {
		StepVerifier.create(pipe())
			.then(() -> this.source.error(new IllegalStateException("broken")))
			.verifyErrorMessage("broken");
	}

	@Test
	void sourceIsCancelledIfTheReceiverFails() {
		BodyPipe pipe = pipe();
		List<Throwable> failures = new ArrayList<>();
		pipe.subscribe(new BaseSubscriber<>() {

			@Override
			protected void hookOnNext(DataBuffer buffer) {
				throw new OutOfMemoryError("on purpose");
			}

			@Override
			protected void hookOnError(Throwable failure) {
				failures.add(failure);
			}

		});
		this.source.next(buffer("a"));
		assertThatThrownBy(() -> decide(new Decision.Forward(bytes("a"), false))).isInstanceOf(OutOfMemoryError.class);
		this.source.assertCancelled();
		assertThat(failures).singleElement().isInstanceOf(OutOfMemoryError.class);
	}

	@Test
	void bodyEndsIfThereIsNoMemoryForAChunk() {
		AtomicBoolean released = new AtomicBoolean();
		PooledDataBuffer buffer = (PooledDataBuffer) Proxy.newProxyInstance(getClass().getClassLoader(),
				new Class<?>[] { PooledDataBuffer.class }, (proxy, method, arguments) -> switch (method.getName()) {
					case "readableByteCount" -> throw new OutOfMemoryError("on purpose");
					case "release" -> released.compareAndSet(false, true);
					case "isAllocated" -> !released.get();
					default -> throw new UnsupportedOperationException(method.getName());
				});
		BodyPipe pipe = pipe();
		StepVerifier.create(pipe.hold((decision) -> Mono.empty()))
			.then(() -> assertThatThrownBy(() -> this.source.next(buffer)).hasMessage("on purpose"))
			.expectErrorMessage("on purpose")
			.verify(Duration.ofSeconds(60));
		this.source.assertCancelled();
		assertThat(released).isTrue();
	}

	@Test
	void headersThatWaitGetTheErrorOfTheFilterCall() {
		BodyPipe pipe = new BodyPipe(this.source, (bytes) -> false, (chunk, end, sink) -> {
			throw new IllegalStateException("on purpose");
		}, this.buffers);
		StepVerifier.create(pipe.hold((released) -> Mono.empty()))
			.then(() -> assertThatThrownBy(() -> this.source.next(buffer("a"))).hasMessage("on purpose"))
			.expectErrorMessage("on purpose")
			.verify(Duration.ofSeconds(60));
		this.source.assertCancelled();
	}

	@Test
	void secondReaderGetsAnErrorThatNamesRetry() {
		BodyPipe pipe = new BodyPipe(Flux.just(buffer("a")), (bytes) -> false, this::chunk, this.buffers);
		pipe.subscribe();
		StepVerifier.create(pipe).verifyErrorSatisfies((ex) -> assertThat(ex).hasMessageContaining("Retry"));
	}

	@Test
	void whatFollowsTheHeadersEndsThem() {
		TestPublisher<Void> rest = TestPublisher.create();
		StepVerifier.create(pipe().gather((end) -> rest.mono())).then(() -> {
			this.source.next(buffer("a"));
			this.source.complete();
			decide(new Decision.Forward(bytes("a"), true));
			rest.assertWasSubscribed();
			rest.error(new IllegalStateException("not written"));
		}).verifyErrorMessage("not written");
	}

	@Test
	void cancellationReachesWhatFollowsTheHeaders() {
		TestPublisher<Void> rest = TestPublisher.create();
		Disposable headers = pipe().gather((end) -> rest.mono()).subscribe();
		this.source.complete();
		decide(new Decision.Forward(bytes("a"), true));
		headers.dispose();
		rest.assertCancelled();
	}

	@Test
	void headersFailIfWhatFollowsCannotBeCreated() {
		StepVerifier.create(pipe().gather((end) -> {
			throw new IllegalStateException("on purpose");
		})).then(() -> {
			this.source.complete();
			decide(new Decision.Forward(bytes("a"), true));
		}).verifyErrorMessage("on purpose");
	}

	@Test
	void decisionBeforeTheSubscriptionReleasesTheHeaders() {
		BodyPipe pipe = pipe();
		List<Decision> released = new ArrayList<>();
		Mono<Void> headers = pipe.hold(into(released));
		pipe.accept(new Decision.Release(bytes("a")));
		assertThat(released).isEmpty();
		StepVerifier.create(headers).verifyComplete();
		assertThat(released).containsExactly(Decision.Continue.INSTANCE);
	}

	@Test
	void cancellationWhileAPartIsReceivedDropsTheOtherParts() {
		BodyPipe pipe = pipe();
		pipe.hold((released) -> Mono.never()).subscribe();
		this.source.next(buffer("a"));
		decide(new Decision.Forward(bytes("a"), false));
		pipe.accept(new Decision.Release(bytes("b")));
		List<String> received = new ArrayList<>();
		pipe.subscribe(new BaseSubscriber<>() {

			@Override
			protected void hookOnNext(DataBuffer buffer) {
				received.add(text(buffer));
				cancel();
			}

		});
		assertThat(received).containsExactly("a");
		this.source.assertCancelled();
	}

	@Test
	void bodyOfManyPartsThatAreAllThereIsReadWithoutRecursion() {
		int parts = 20_000;
		BodyPipe pipe = new BodyPipe(Flux.range(0, parts).map((part) -> buffer("a")), (bytes) -> false,
				(chunk, end, sink) -> sink.accept(new Decision.Forward(chunk, end)), this.buffers);
		StepVerifier.create(pipe.count()).expectNext((long) parts).verifyComplete();
	}

	private static Function<Decision, Mono<Void>> into(List<Decision> decisions) {
		return (decision) -> Mono.fromRunnable(() -> decisions.add(decision));
	}

	@Test
	void outputThatWaitsIsCounted() {
		Receiver receiver = new Receiver();
		pipe().subscribe(receiver);
		receiver.request(1);
		this.source.next(buffer("a"));
		decide(new Decision.Release(bytes("12345")));
		assertThat(this.buffered).isZero();
		decide(new Decision.Release(bytes("67")));
		decide(new Decision.Release(bytes("8")));
		assertThat(this.buffered).isBetween(3L, 100L);
		receiver.request(2);
		assertThat(this.buffered).isZero();
		decide(new Decision.Release(bytes("9")));
		assertThat(this.buffered).isPositive();
		receiver.cancel();
		assertThat(this.buffered).isZero();
	}

	/** A subscriber that requests what the test requests. */
	private static final class Receiver extends BaseSubscriber<DataBuffer> {

		@Override
		protected void hookOnSubscribe(Subscription subscription) {
			// The test requests
		}

	}

	@Test
	void largePartThatWasSentIsNotCounted() {
		String large = "x".repeat(BodyPipe.SMALL + 1);
		StepVerifier.create(pipe().map(BodyPipeTests::text)).then(() -> {
			this.source.next(buffer("a"));
			decide(new Decision.Forward(bytes(large), false));
			assertThat(this.buffered).isZero();
		}).expectNext(large).thenCancel().verify();
	}

	/** A client's connection asks for many parts before it has sent the first one. */
	@Test
	void largePartIsCountedUntilTheNextOneIsEmittedIfTheReceiverIsAClient() {
		this.sentPartCounts = true;
		String large = "x".repeat(BodyPipe.SMALL + 1);
		StepVerifier.create(pipe().map(BodyPipeTests::text)).then(() -> {
			this.source.next(buffer("a"));
			decide(new Decision.Forward(bytes(large), false));
			assertThat(this.buffered).isEqualTo(large.length());
			this.source.next(buffer("b"));
			decide(new Decision.Forward(bytes("b"), false));
			assertThat(this.buffered).isZero();
		}).expectNext(large, "b").thenCancel().verify();
	}

	@Test
	void gatheredBodyIsCountedAndSentOnWhenTheMemoryIsExceeded() {
		BodyPipe pipe = pipe();
		List<Decision> released = new ArrayList<>();
		pipe.gather(into(released)).subscribe();
		this.source.next(buffer("a"));
		decide(new Decision.Forward(bytes("A"), false));
		assertThat(this.buffered).isPositive();
		assertThat(released).isEmpty();
		this.memoryExceeded = true;
		this.source.next(buffer("b"));
		decide(new Decision.Forward(bytes("B"), false));
		assertThat(released).hasSize(1);
		assertThat(pipe.whole()).isNull();
		StepVerifier.create(pipe.map(BodyPipeTests::text)).expectNext("A", "B").thenCancel().verify();
		assertThat(this.buffered).isZero();
	}

	private BodyPipe pipe() {
		return new BodyPipe(this.source, (bytes) -> bytes == this.arrived, new BodyFilter() {

			@Override
			public void chunk(byte[] chunk, boolean endOfStream, Consumer<Decision> sink) {
				BodyPipeTests.this.chunk(chunk, endOfStream, sink);
			}

			@Override
			public boolean buffer(long change) {
				BodyPipeTests.this.buffered += change;
				return !BodyPipeTests.this.memoryExceeded;
			}

			@Override
			public boolean countsSentPart() {
				return BodyPipeTests.this.sentPartCounts;
			}

			@Override
			public boolean hasTrailers() {
				return BodyPipeTests.this.trailers;
			}

			@Override
			public boolean trailers(Consumer<Decision> sink) {
				if (hasTrailers()) {
					BodyPipeTests.this.seen.add("trailers");
					BodyPipeTests.this.decision = sink;
				}
				return hasTrailers();
			}

		}, this.buffers);
	}

	private void chunk(byte[] chunk, boolean endOfStream, Consumer<Decision> sink) {
		this.seen.add(new String(chunk, StandardCharsets.UTF_8) + (endOfStream ? "|end" : ""));
		this.decision = sink;
	}

	private void decide(Decision answer) {
		this.decision.accept(answer);
	}

	private DataBuffer buffer(String text) {
		return this.buffers.wrap(bytes(text));
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	private static String text(DataBuffer buffer) {
		return buffer.toString(StandardCharsets.UTF_8);
	}

}
