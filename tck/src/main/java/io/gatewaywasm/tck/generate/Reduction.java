package io.gatewaywasm.tck.generate;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

import io.gatewaywasm.tck.compare.Difference;

/**
 * Reduces exchanges that differ by removing parts that do not matter. All exchanges are
 * reduced at the same time, so a proxy starts only twice per round: once with each part
 * removed alone, and once with growing sets of the parts that did not matter.
 */
public final class Reduction {

	private final GeneratedRun run;

	private final long deadline;

	private final List<Step> steps = new ArrayList<>();

	/** Creates a reduction. No round begins after the time {@code budget}. */
	public Reduction(GeneratedRun run, Duration budget) {
		this.run = run;
		this.deadline = System.nanoTime() + budget.toNanos();
	}

	/**
	 * Reduces exchanges. Returns each of them with its differences, as small as the time
	 * allowed.
	 */
	public Map<GeneratedExchange, List<Difference>> reduce(Map<GeneratedExchange, List<Difference>> differing)
			throws IOException {
		differing.forEach((exchange, differences) -> this.steps.add(new Step(exchange, differences)));
		List<Step> open = new ArrayList<>(this.steps);
		while (!open.isEmpty() && System.nanoTime() < this.deadline) {
			tryAll(open, Step::single);
			open.removeIf((step) -> step.needless.isEmpty());
			tryAll(open, Step::together);
			open.forEach(Step::accept);
		}
		Map<GeneratedExchange, List<Difference>> reduced = new LinkedHashMap<>();
		this.steps.forEach((step) -> reduced.put(step.exchange, step.differences));
		return reduced;
	}

	private void tryAll(List<Step> open, Function<Step, List<Set<Integer>>> removals) throws IOException {
		Map<GeneratedExchange, Step> candidates = new LinkedHashMap<>();
		for (Step step : open) {
			List<Set<Integer>> tries = removals.apply(step);
			step.tried.clear();
			for (Set<Integer> parts : tries) {
				GeneratedExchange smaller = step.exchange
					.without(step.original + "." + step.round + "." + step.tried.size(), parts);
				step.tried.put(smaller, parts);
				candidates.put(smaller, step);
			}
			step.needless.clear();
			step.round++;
		}
		this.run.once(List.copyOf(candidates.keySet())).forEach((candidate, differences) -> {
			Step step = candidates.get(candidate);
			if (step != null && step.isSameKind(differences)) {
				step.needless.put(candidate, differences);
			}
		});
	}

	/**
	 * The reduction of one exchange.
	 */
	private static final class Step {

		private final String original;

		private final Set<String> places = new LinkedHashSet<>();

		private final Map<GeneratedExchange, Set<Integer>> tried = new LinkedHashMap<>();

		private final Map<GeneratedExchange, List<Difference>> needless = new LinkedHashMap<>();

		private GeneratedExchange exchange;

		private List<Difference> differences;

		private int round;

		Step(GeneratedExchange exchange, List<Difference> differences) {
			this.original = exchange.name();
			this.exchange = exchange;
			this.differences = differences;
			differences.forEach((difference) -> this.places.add(difference.where()));
		}

		boolean isSameKind(List<Difference> others) {
			return others.stream().anyMatch((difference) -> this.places.contains(difference.where()));
		}

		List<Set<Integer>> single() {
			return this.exchange.removable();
		}

		List<Set<Integer>> together() {
			List<Set<Integer>> growing = new ArrayList<>();
			Set<Integer> parts = new LinkedHashSet<>();
			for (GeneratedExchange candidate : this.needless.keySet()) {
				if (parts.addAll(this.tried.getOrDefault(candidate, Set.of()))) {
					growing.add(Set.copyOf(parts));
				}
			}
			return growing;
		}

		// The last candidate that still differs has the fewest parts. If the first
		// candidate no longer differs, the exchange stays as it is.
		void accept() {
			this.needless.forEach((candidate, seen) -> {
				this.exchange = candidate;
				this.differences = seen;
			});
		}

	}

}
