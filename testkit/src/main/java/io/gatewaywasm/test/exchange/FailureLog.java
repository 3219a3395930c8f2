package io.gatewaywasm.test.exchange;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

import io.gatewaywasm.host.engine.GuestTrapException;
import io.gatewaywasm.host.spi.FailureReason;
import io.gatewaywasm.host.spi.PluginObserver;
import io.gatewaywasm.test.trace.CallBoundException;
import org.jspecify.annotations.Nullable;

/**
 * Receives the failures of the filter, and assigns them to exchanges. The failure of a VM
 * ends all its exchanges. Any other failure ends the exchange with the next decision.
 * Knows which failures the test expects.
 */
public final class FailureLog implements PluginObserver {

	private static final Set<FailureReason> OF_ONE_STREAM = EnumSet.of(FailureReason.PAUSE_TIMEOUT,
			FailureReason.OVERLOAD, FailureReason.UNAVAILABLE);

	/** All values of {@link FilterFailure#reason()}. */
	private static final List<String> REASONS = Stream
		.of(Stream.of(FailureReason.values())
			.filter((reason) -> reason != FailureReason.INVALID_MESSAGE)
			.map(FailureReason::tag), Stream.of(HostError.values()).map(HostError::reason), Stream.of("bound"))
		.flatMap(Function.identity())
		.distinct()
		.sorted()
		.toList();

	private static final int LAST_LINES = 10;

	private final Supplier<List<String>> lines;

	private final List<ExchangeRun> open = new ArrayList<>();

	private final List<FilterFailure> all = new ArrayList<>();

	private final Set<FilterFailure> expectedOfExchange = Collections.newSetFromMap(new IdentityHashMap<>());

	private final Set<FilterFailure> expectedOfFilter = Collections.newSetFromMap(new IdentityHashMap<>());

	private final Set<FilterFailure> seen = Collections.newSetFromMap(new IdentityHashMap<>());

	private @Nullable Throwable thrown;

	private String callback = "";

	private @Nullable FilterFailure next;

	/**
	 * Creates a log.
	 * @param lines returns the lines that the filter has logged
	 */
	public FailureLog(Supplier<List<String>> lines) {
		this.lines = lines;
	}

	/**
	 * Records an exception of a callback.
	 * @param function the callback
	 * @param ex the exception
	 */
	public void thrown(String function, Throwable ex) {
		this.callback = function;
		this.thrown = ex;
	}

	@Override
	public void failed(FailureReason reason) {
		if (reason == FailureReason.BODY_BUFFER) {
			// The exchange that gets the response of the host records it.
			return;
		}
		Throwable cause = this.thrown;
		this.thrown = null;
		FilterFailure failure = OF_ONE_STREAM.contains(reason) ? failure(reason, null) : failure(reason, cause);
		if (OF_ONE_STREAM.contains(reason) && this.open.size() > 1) {
			this.next = failure;
		}
		else {
			this.all.add(failure);
			if (reason != FailureReason.START) {
				// A VM that is not replaced is the failure of no exchange
				this.open.forEach((exchange) -> exchange.failed(failure));
			}
		}
	}

	/**
	 * Records that the host ended an exchange with its own error. {@code details} has the
	 * details of the response or reset. {@code reason} is the reason why the fail
	 * strategy applies, or {@code null} if it does not.
	 */
	FilterFailure ended(String details, @Nullable FailureReason reason, String effect) {
		HostError error = HostError.of(details);
		FailureReason other = (reason != null) ? reason : FailureReason.INTERNAL;
		FilterFailure failure = new FilterFailure((error != null) ? error.reason() : other.tag(),
				((error != null) ? error.message() : message(other, null)) + " " + effect, List.of(), lastLines());
		this.all.add(failure);
		return failure;
	}

	private List<String> lastLines() {
		List<String> all = this.lines.get();
		return all.subList(Math.max(0, all.size() - LAST_LINES), all.size());
	}

	private FilterFailure failure(FailureReason reason, @Nullable Throwable cause) {
		boolean bound = cause != null && cause.getCause() instanceof CallBoundException;
		return new FilterFailure(bound ? "bound" : reason.tag(), message(reason, cause),
				(cause instanceof GuestTrapException trap) ? trap.guestStack() : List.of(), lastLines());
	}

	private String message(FailureReason reason, @Nullable Throwable cause) {
		return switch (reason) {
			case TIMEOUT -> this.callback + " used more CPU time than `limits.callback-timeout` allows.";
			case PAUSE_TIMEOUT -> "it did not resume the exchange within `limits.pause-timeout`.";
			case OVERLOAD -> "too many tasks are waiting for its VM.";
			case UNAVAILABLE -> "no VM can serve. See earlier failures for the reason.";
			case START -> "a VM or root context did not start.";
			default -> (cause != null) ? this.callback + ": " + text(cause) : "no details are available.";
		};
	}

	private static @Nullable String text(Throwable cause) {
		return (cause.getCause() instanceof CallBoundException bound) ? bound.getMessage() : cause.getMessage();
	}

	void begin(ExchangeRun exchange) {
		this.open.add(exchange);
	}

	void end(ExchangeRun exchange) {
		this.open.remove(exchange);
	}

	/**
	 * Returns the failure behind the current decision, or {@code null} if there is none.
	 */
	@Nullable FilterFailure takeNext() {
		FilterFailure failure = this.next;
		this.next = null;
		if (failure != null) {
			this.all.add(failure);
		}
		return failure;
	}

	// --- Expected failures ----------------------------------------------------------

	/**
	 * Records that the test expects the filter to fail. An assertion about an exchange
	 * still needs the expectation of that exchange.
	 * @param reason the reason, as in {@link FilterFailure#reason()}
	 * @return the failures with that reason, possibly none
	 * @throws IllegalArgumentException if no failure has such a reason
	 */
	public List<FilterFailure> expect(String reason) {
		checkReason(reason);
		List<FilterFailure> found = this.all.stream().filter((failure) -> failure.reason().equals(reason)).toList();
		this.expectedOfFilter.addAll(found);
		this.seen.addAll(found);
		return found;
	}

	/**
	 * Returns the first failure.
	 * @return the failure, or {@code null} if the filter has not failed
	 */
	public @Nullable FilterFailure first() {
		return this.all.isEmpty() ? null : this.all.get(0);
	}

	/**
	 * Records that the test has looked at a failure, perhaps in the message of an
	 * assertion.
	 * @param failure the failure
	 */
	public void see(FilterFailure failure) {
		this.seen.add(failure);
	}

	/**
	 * Returns a failure at which the test has not looked. If it has looked at one, a VM
	 * that then cannot be replaced is only a consequence.
	 * @return the first such failure, or {@code null} if there is none
	 */
	public @Nullable FilterFailure unseen() {
		return this.all.stream()
			.filter((failure) -> !this.seen.contains(failure) && !isConsequence(failure))
			.findFirst()
			.orElse(null);
	}

	/**
	 * Returns a failure that the test expects neither of the filter nor of an exchange.
	 * @return the first such failure, or {@code null} if there is none
	 */
	public @Nullable FilterFailure unexpected() {
		return this.all.stream()
			.filter((failure) -> isUnexpected(failure) && !this.expectedOfFilter.contains(failure))
			.filter((failure) -> !isConsequence(failure))
			.findFirst()
			.orElse(null);
	}

	void expect(FilterFailure failure) {
		this.expectedOfExchange.add(failure);
		see(failure);
	}

	/**
	 * Returns whether the test expects the failure of no exchange.
	 */
	boolean isUnexpected(FilterFailure failure) {
		return !this.expectedOfExchange.contains(failure);
	}

	/** Returns whether a failure that the test has looked at has caused this one. */
	private boolean isConsequence(FilterFailure failure) {
		return failure.reason().equals(FailureReason.START.tag()) && !this.seen.isEmpty()
				&& !this.seen.contains(failure);
	}

	static void checkReason(String reason) {
		if (!REASONS.contains(reason)) {
			throw new IllegalArgumentException("'%s' is not a reason of a failure. Valid reasons: %s".formatted(reason,
					String.join(", ", REASONS)));
		}
	}

}
