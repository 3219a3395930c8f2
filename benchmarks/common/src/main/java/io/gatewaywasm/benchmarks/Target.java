package io.gatewaywasm.benchmarks;

import java.util.Locale;

/**
 * A figure that was aimed for.
 *
 * @param name what was measured
 * @param value what it is
 * @param target what it is to be
 * @param atLeast whether more is better
 * @param unit the unit, possibly empty
 */
record Target(String name, double value, double target, boolean atLeast, String unit) {

	static Target atLeast(String name, double value, double target, String unit) {
		return new Target(name, value, target, true, unit);
	}

	static Target atMost(String name, double value, double target, String unit) {
		return new Target(name, value, target, false, unit);
	}

	boolean isMet() {
		return this.atLeast ? this.value >= this.target : this.value <= this.target;
	}

	String line() {
		return String.format(Locale.ROOT, "%-84s %9.2f %-4s %s %8.2f %-4s %s", this.name, this.value, this.unit,
				this.atLeast ? ">=" : "<=", this.target, this.unit,
				Double.isNaN(this.value) ? "not measured" : isMet() ? "ok" : "short");
	}

}
