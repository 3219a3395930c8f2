package io.gatewaywasm.benchmarks;

import java.util.Locale;

/**
 * A measured figure and its target. {@code quartiles} is empty for a single measurement;
 * {@code atLeast} tells whether the target is a minimum; {@code unit} may be empty.
 */
record Target(String name, double value, String quartiles, double target, boolean atLeast, String unit) {

	static Target atLeast(String name, double value, double target, String unit) {
		return new Target(name, value, "", target, true, unit);
	}

	static Target atMost(String name, double value, double target, String unit) {
		return new Target(name, value, "", target, false, unit);
	}

	/** Returns a target with a maximum for the median of the measurements. */
	static Target atMost(String name, Sample sample, double target, String unit) {
		String quartiles = (sample.size() > 1)
				? String.format(Locale.ROOT, "%.2f-%.2f", sample.lowerQuartile(), sample.upperQuartile()) : "";
		return new Target(name, sample.median(), quartiles, target, false, unit);
	}

	boolean isMet() {
		return this.atLeast ? this.value >= this.target : this.value <= this.target;
	}

	String line() {
		return String.format(Locale.ROOT, "%-84s %9.2f %-4s %-14s %s %8.2f %-4s %s", this.name, this.value, this.unit,
				this.quartiles, this.atLeast ? ">=" : "<=", this.target, this.unit,
				Double.isNaN(this.value) ? "not measured" : isMet() ? "ok" : "short");
	}

}
