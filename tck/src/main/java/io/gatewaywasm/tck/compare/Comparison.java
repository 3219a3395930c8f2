package io.gatewaywasm.tck.compare;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import io.gatewaywasm.tck.cases.ConformanceCase;
import io.gatewaywasm.tck.exchange.Observation;

/**
 * Compares the results of two proxies. A fact about a message is left out if the proxies
 * also differ in it without plugins and the plugins changed it on neither proxy: such a
 * difference belongs to the proxies.
 */
public final class Comparison {

	private static final Set<String> ONLY_IF_STRICT = Set.of("header-order", "header-case");

	private static final String CALLS_OF = "calls of ";

	private final ConformanceCase conformanceCase;

	/** Creates a comparison. The case determines the facts that are not compared. */
	public Comparison(ConformanceCase conformanceCase) {
		this.conformanceCase = conformanceCase;
	}

	/** Returns the differences between the reference's result and the other proxy's. */
	public List<Difference> compare(Result expected, Result actual) {
		if (actual.hasEnded()) {
			return List.of(new Difference("proxy", "running", "ended"));
		}
		List<Difference> differences = new ArrayList<>();
		Set<String> messages = new LinkedHashSet<>(expected.observation().messages().keySet());
		messages.addAll(actual.observation().messages().keySet());
		for (String message : messages) {
			compareMessage(message, expected, actual, differences);
		}
		Set<String> guests = new LinkedHashSet<>(expected.observation().guests().keySet());
		for (String guest : guests) {
			compareGuest(guest, expected, actual, differences);
		}
		return differences;
	}

	private void compareMessage(String message, Result expected, Result actual, List<Difference> differences) {
		Map<String, String> left = expected.observation().messages().get(message);
		Map<String, String> right = actual.observation().messages().get(message);
		if (leftOut(message, "")) {
			return;
		}
		if (left == null || right == null) {
			differences.add(new Difference(message, (left != null) ? Difference.MESSAGE : Difference.NO_MESSAGE,
					(right != null) ? Difference.MESSAGE : Difference.NO_MESSAGE));
			return;
		}
		Set<String> names = new LinkedHashSet<>(left.keySet());
		names.addAll(right.keySet());
		for (String name : names) {
			String one = left.get(name);
			String other = right.get(name);
			boolean compared = !ONLY_IF_STRICT.contains(name) || this.conformanceCase.strict().contains(name);
			if (compared && !leftOut(message, name) && !Objects.equals(one, other)
					&& !proxiesOwn(message, name, expected, actual, one, other)) {
				differences.add(new Difference(message + ": " + name, (one != null) ? one : "(none)",
						(other != null) ? other : "(none)"));
			}
		}
	}

	private static boolean proxiesOwn(String message, String name, Result expected, Result actual,
			@org.jspecify.annotations.Nullable String one, @org.jspecify.annotations.Nullable String other) {
		Map<String, String> ownLeft = expected.baseline().messages().get(message);
		Map<String, String> ownRight = actual.baseline().messages().get(message);
		return ownLeft != null && ownRight != null && Objects.equals(ownLeft.get(name), one)
				&& Objects.equals(ownRight.get(name), other);
	}

	private boolean leftOut(String message, String name) {
		String kind = message.replaceAll(" [0-9]+$", "");
		return this.conformanceCase.leaveOut()
			.stream()
			.anyMatch((entry) -> entry.equals(message) || entry.equals(kind)
					|| (!name.isEmpty() && (entry.equals(message + ": " + name) || entry.equals(kind + ": " + name))));
	}

	private List<String> guestLines(Result result, String guest) {
		return GuestLines.comparable(result.observation().guests().getOrDefault(guest, List.of()),
				this.conformanceCase.strict().contains("parts"));
	}

	private void compareGuest(String guest, Result expected, Result actual, List<Difference> differences) {
		List<String> left = guestLines(expected, guest);
		List<String> right = guestLines(actual, guest);
		boolean compared = !leftOut(guest, "");
		if (compared) {
			differences.addAll(new LineDifference(left, right).hunks(guest));
		}
		if (!compared || left.equals(right)) {
			compareCalls(guest, expected, actual, differences);
		}
	}

	// If the guest's log differs, its calls differ as well and are not compared.
	private void compareCalls(String guest, Result expected, Result actual, List<Difference> differences) {
		List<String> left = expected.observation().calls().get(guest);
		List<String> right = actual.observation().calls().get(guest);
		String where = CALLS_OF + guest;
		if (left != null && right != null && !leftOut(where, "")) {
			boolean parts = this.conformanceCase.strict().contains("parts");
			differences
				.addAll(new LineDifference(GuestLines.comparable(left, parts), GuestLines.comparable(right, parts))
					.hunks(where));
		}
	}

}
