package io.gatewaywasm.test.exchange;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

import io.gatewaywasm.host.engine.GuestTrapException;
import io.gatewaywasm.host.spi.FailureReason;
import io.gatewaywasm.host.spi.PluginObserver;
import io.gatewaywasm.test.trace.CallBoundException;
import org.jspecify.annotations.Nullable;

/**
 * Receives the failures of the filter, and assigns them to exchanges. The failure of a VM
 * ends all its exchanges. Any other failure ends the exchange with the next decision.
 */
public final class FailureLog implements PluginObserver {

	private static final Set<FailureReason> OF_ONE_STREAM = EnumSet.of(FailureReason.PAUSE_TIMEOUT,
			FailureReason.OVERLOAD, FailureReason.UNAVAILABLE);

	private static final int LAST_LINES = 10;

	private final Supplier<List<String>> lines;

	private final List<ExchangeRun> open = new ArrayList<>();

	private final List<FilterFailure> all = new ArrayList<>();

	private final FailureExpectations expectations = new FailureExpectations(this.all);

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

	/**
	 * Returns the first failure.
	 * @return the failure, or {@code null} if the filter has not failed
	 */
	public @Nullable FilterFailure first() {
		return this.all.isEmpty() ? null : this.all.get(0);
	}

	/**
	 * Returns which of the failures the test expects.
	 * @return the expectations
	 */
	public FailureExpectations expectations() {
		return this.expectations;
	}

}
