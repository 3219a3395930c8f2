package io.gatewaywasm.boot.gateway.exchange;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.core.publisher.SignalType;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ReplaceableChain}.
 */
class ReplaceableChainTests {

	private final TestPublisher<Void> chain = TestPublisher.create();

	private final TestPublisher<Void> other = TestPublisher.create();

	private final List<SignalType> ends = new ArrayList<>();

	private final ReplaceableChain inside = replaceable(this.chain.mono(), this.other::mono, (error) -> null,
			this.ends::add);

	@Test
	void completesWithChain() {
		StepVerifier.create(this.inside).then(this.chain::complete).verifyComplete();
		assertThat(this.ends).containsExactly(SignalType.ON_COMPLETE);
		assertThat(this.inside.replace()).isFalse();
		this.other.assertWasNotSubscribed();
	}

	@Test
	void furtherSubscriptionRunsAgain() {
		ReplaceableChain repeated = new ReplaceableChain(this.chain.mono(), UnaryOperator.identity(), Mono::empty,
				(error) -> null, this.ends::add, this.other::mono);
		StepVerifier.create(repeated.retry(1))
			.then(() -> this.chain.error(new IllegalStateException("broken")))
			.then(this.other::assertWasSubscribed)
			.then(this.other::complete)
			.verifyComplete();
		assertThat(repeated.isOver()).isTrue();
		assertThat(this.ends).containsExactly(SignalType.ON_ERROR);
	}

	@Test
	void subscriptionWhileTheChainRunsFails() {
		StepVerifier.create(this.inside)
			.then(() -> StepVerifier.create(this.inside).verifyErrorMessage("The filter chain is still running"))
			.then(this.chain::complete)
			.verifyComplete();
	}

	@Test
	void failsWithChain() {
		StepVerifier.create(this.inside)
			.then(() -> this.chain.error(new IllegalStateException("broken")))
			.verifyErrorMessage("broken");
		assertThat(this.ends).containsExactly(SignalType.ON_ERROR);
	}

	@Test
	void chainIsReplacedOnce() {
		StepVerifier.create(this.inside)
			.then(() -> assertThat(this.inside.replace()).isTrue())
			.then(() -> assertThat(this.inside.replace()).isFalse())
			.then(this.other::complete)
			.verifyComplete();
		assertThat(this.ends).containsExactly(SignalType.ON_COMPLETE);
	}

	@Test
	void responseTakesPlaceOfFailedChain() {
		List<String> errors = new ArrayList<>();
		ReplaceableChain answered = replaceable(this.chain.mono(), Mono::empty, (error) -> {
			errors.add(error.getMessage());
			return this.other.mono();
		}, this.ends::add);
		StepVerifier.create(answered)
			.then(() -> this.chain.error(new IllegalStateException("broken")))
			.then(() -> assertThat(this.ends).isEmpty())
			.then(this.other::complete)
			.verifyComplete();
		assertThat(errors).containsExactly("broken");
		assertThat(this.ends).containsExactly(SignalType.ON_COMPLETE);
	}

	@Test
	void errorOfTheResponseIsTheResult() {
		ReplaceableChain answered = replaceable(this.chain.mono(), Mono::empty,
				(error) -> Mono.error(new IllegalStateException("again", error)), this.ends::add);
		StepVerifier.create(answered)
			.then(() -> this.chain.error(new IllegalStateException("broken")))
			.verifyErrorMessage("again");
		assertThat(this.ends).containsExactly(SignalType.ON_ERROR);
	}

	@Test
	void receiverGetsTheErrorIfTheSearchForItsResponseFails() {
		IllegalStateException broken = new IllegalStateException("broken");
		IllegalArgumentException noHandler = new IllegalArgumentException("no handler");
		ReplaceableChain failing = replaceable(Mono.error(broken), Mono::empty, (error) -> {
			throw noHandler;
		}, this.ends::add);
		StepVerifier.create(failing).verifyErrorSatisfies((error) -> {
			assertThat(error).isSameAs(broken).hasSuppressedException(noHandler);
			assertThat(this.ends).isEmpty();
		});
		assertThat(this.ends).containsExactly(SignalType.ON_ERROR);
	}

	@Test
	void searchForTheResponseMayThrowTheErrorItself() {
		IllegalStateException broken = new IllegalStateException("broken");
		ReplaceableChain failing = replaceable(Mono.error(broken), Mono::empty, (error) -> {
			throw broken;
		}, this.ends::add);
		StepVerifier.create(failing).verifyErrorSatisfies((error) -> assertThat(error).isSameAs(broken));
		assertThat(this.ends).containsExactly(SignalType.ON_ERROR);
	}

	@Test
	void cancelReachesResponse() {
		ReplaceableChain answered = replaceable(this.chain.mono(), Mono::empty, (error) -> this.other.mono(),
				this.ends::add);
		StepVerifier.create(answered)
			.then(() -> this.chain.error(new IllegalStateException("broken")))
			.thenCancel()
			.verify();
		this.other.assertCancelled();
		assertThat(this.ends).containsExactly(SignalType.CANCEL);
	}

	@Test
	void receiverIsNotifiedBeforeTheEndIsRecorded() {
		List<Object> order = new ArrayList<>();
		replaceable(Mono.empty(), Mono::empty, (error) -> null, order::add).subscribe((nothing) -> {
		}, order::add, () -> order.add("completed"));
		assertThat(order).containsExactly("completed", SignalType.ON_COMPLETE);
	}

	@Test
	void otherTakesPlaceOfInterruptedChain() {
		StepVerifier.create(this.inside)
			.then(this.inside::replace)
			.then(this.chain::assertCancelled)
			.then(() -> assertThat(this.ends).isEmpty())
			.then(this.other::complete)
			.verifyComplete();
		assertThat(this.ends).containsExactly(SignalType.ON_COMPLETE);
	}

	@Test
	void failureOfTheReplacementIsTheResult() {
		StepVerifier.create(this.inside)
			.then(this.inside::replace)
			.then(() -> this.other.error(new IllegalStateException("broken")))
			.verifyErrorMessage("broken");
		assertThat(this.ends).containsExactly(SignalType.ON_ERROR);
	}

	@Test
	void cancelReachesTheRunningChain() {
		StepVerifier.create(this.inside).thenCancel().verify();
		this.chain.assertCancelled();
		assertThat(this.ends).containsExactly(SignalType.CANCEL);
	}

	@Test
	void cancelReachesOther() {
		StepVerifier.create(this.inside).then(this.inside::replace).thenCancel().verify();
		this.other.assertCancelled();
		assertThat(this.ends).containsExactly(SignalType.CANCEL);
	}

	@Test
	void replacementBeforeSubscriptionCounts() {
		this.inside.replace();
		StepVerifier.create(this.inside).then(this.other::complete).verifyComplete();
		this.chain.assertWasNotSubscribed();
	}

	@Test
	void immediateReplacementFollowsTheSubscription() {
		ReplaceableChain chain = replaceable(this.chain.mono(), () -> Mono.error(new IllegalStateException("reset")),
				(error) -> null, this.ends::add);
		chain.replace();
		StepVerifier.create(chain).expectSubscription().verifyErrorMessage("reset");
		assertThat(this.ends).containsExactly(SignalType.ON_ERROR);
	}

	@Test
	void lateErrorOfInterruptedChainIsIgnored() {
		TestPublisher<Void> rude = TestPublisher.createNoncompliant(TestPublisher.Violation.CLEANUP_ON_TERMINATE);
		ReplaceableChain chain = replaceable(Mono.fromDirect(rude), this.other::mono, (error) -> null, this.ends::add);
		StepVerifier.create(chain)
			.then(chain::replace)
			.then(() -> rude.error(new IllegalStateException("late")))
			.then(this.other::complete)
			.expectComplete()
			.verifyThenAssertThat()
			.hasNotDroppedErrors();
		assertThat(this.ends).containsExactly(SignalType.ON_COMPLETE);
	}

	@Test
	void errorAfterCancelIsLeftToReceiver() {
		Receiver receiver = new Receiver();
		Rude rude = new Rude();
		replaceable(rude, Mono::empty, (error) -> null, this.ends::add).subscribe(receiver);
		receiver.subscription.cancel();
		rude.subscriber.onError(new IllegalStateException("closed"));
		assertThat(receiver.signals).containsExactly("closed");
		assertThat(this.ends).containsExactly(SignalType.CANCEL);
	}

	@Test
	void errorOfInterruptedChainAfterItsEndIsOfNoInterest() {
		Receiver receiver = new Receiver();
		Rude rude = new Rude();
		ReplaceableChain chain = replaceable(rude, Mono::empty, (error) -> null, this.ends::add);
		chain.subscribe(receiver);
		chain.replace();
		rude.subscriber.onError(new IllegalStateException("late"));
		assertThat(receiver.signals).containsExactly("completed");
		assertThat(this.ends).containsExactly(SignalType.ON_COMPLETE);
	}

	@Test
	void replacementOfWhatIsOverDoesNothing() {
		StepVerifier.create(this.inside).thenCancel().verify();
		this.inside.replace();
		this.other.assertWasNotSubscribed();
		assertThat(this.ends).containsExactly(SignalType.CANCEL);
	}

	@Test
	void replacementWhileChainIsBeingSubscribedCounts() {
		Sinks.Empty<Void> late = Sinks.empty();
		ReplaceableChain[] self = new ReplaceableChain[1];
		self[0] = replaceable(Mono.defer(() -> {
			self[0].replace();
			return late.asMono();
		}), Mono::empty, (error) -> null, this.ends::add);
		StepVerifier.create(self[0]).verifyComplete();
		assertThat(late.currentSubscriberCount()).isZero();
	}

	@Test
	void contextOfReceiverReachesBoth() {
		List<String> seen = new ArrayList<>();
		Mono<Void> reads = Mono.deferContextual((context) -> {
			seen.add(context.get("key"));
			return Mono.<Void>never();
		});
		ReplaceableChain both = replaceable(reads, () -> reads, (error) -> null, this.ends::add);
		StepVerifier.create(both.contextWrite((context) -> context.put("key", "value")))
			.then(both::replace)
			.thenCancel()
			.verify();
		assertThat(seen).containsExactly("value", "value");
	}

	/** A chain that continues after it has been cancelled. */
	private static final class Rude extends Mono<Void> {

		private CoreSubscriber<? super Void> subscriber;

		@Override
		public void subscribe(CoreSubscriber<? super Void> actual) {
			this.subscriber = actual;
			actual.onSubscribe(Operators.emptySubscription());
		}

	}

	/** Records all signals, including forbidden ones. */
	private static final class Receiver implements CoreSubscriber<Void> {

		private final List<String> signals = new ArrayList<>();

		private Subscription subscription;

		@Override
		public void onSubscribe(Subscription subscription) {
			this.subscription = subscription;
		}

		@Override
		public void onNext(Void nothing) {
			this.signals.add("next");
		}

		@Override
		public void onError(Throwable error) {
			this.signals.add(error.getMessage());
		}

		@Override
		public void onComplete() {
			this.signals.add("completed");
		}

	}

	@Test
	void chainAndItsReplacementRunInExtendedContext() {
		List<String> seen = new ArrayList<>();
		Mono<Void> reads = Mono.deferContextual((context) -> {
			seen.add(context.get("outer") + " " + context.get("inner"));
			return this.chain.mono();
		});
		ReplaceableChain extended = new ReplaceableChain(reads, (context) -> context.put("inner", "b"),
				() -> reads.then(Mono.empty()), (error) -> null, this.ends::add, Mono::empty);
		StepVerifier.create(extended.contextWrite((context) -> context.put("outer", "a")))
			.then(extended::replace)
			.then(this.chain::complete)
			.verifyComplete();
		assertThat(seen).containsExactly("a b", "a b");
	}

	private static ReplaceableChain replaceable(Mono<Void> chain, Supplier<Mono<Void>> other,
			Function<Throwable, @Nullable Mono<Void>> errors, Consumer<SignalType> left) {
		return new ReplaceableChain(chain, UnaryOperator.identity(), other, errors, left, Mono::empty);
	}

}
