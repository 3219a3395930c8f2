package io.gatewaywasm.tck.generate;

import java.util.List;
import java.util.Random;

/**
 * Random choices that are the same for the same seed.
 */
final class Choice {

	private final Random random;

	Choice(long seed) {
		this.random = new Random(seed);
	}

	int below(int bound) {
		return this.random.nextInt(bound);
	}

	boolean chance(int times, int outOf) {
		return below(outOf) < times;
	}

	<T> T oneOf(List<T> values) {
		return values.get(below(values.size()));
	}

}
