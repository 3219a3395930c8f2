package io.gatewaywasm.test.exchange;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

import io.gatewaywasm.host.spi.FailureReason;
import org.jspecify.annotations.Nullable;

/**
 * The failures that a test expects, and those at which it has looked.
 */
public final class FailureExpectations {

	/** All values of {@link FilterFailure#reason()}. */
	private static final List<String> REASONS = Stream
		.of(Stream.of(FailureReason.values())
			.filter((reason) -> reason != FailureReason.INVALID_MESSAGE)
			.map(FailureReason::tag), Stream.of(HostError.values()).map(HostError::reason), Stream.of("bound"))
		.flatMap(Function.identity())
		.distinct()
		.sorted()
		.toList();

	private final List<FilterFailure> all;

	private final Set<FilterFailure> expectedOfExchange = Collections.newSetFromMap(new IdentityHashMap<>());

	private final Set<FilterFailure> expectedOfFilter = Collections.newSetFromMap(new IdentityHashMap<>());

	private final Set<FilterFailure> seen = Collections.newSetFromMap(new IdentityHashMap<>());

	/** Creates expectations of failures. More may be added to {@code all} later. */
	FailureExpectations(List<FilterFailure> all) {
		this.all = all;
	}

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
