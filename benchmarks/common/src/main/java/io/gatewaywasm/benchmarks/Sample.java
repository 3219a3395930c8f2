package io.gatewaywasm.benchmarks;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/**
 * Measurements of one quantity, summarized by median and quartiles.
 */
final class Sample {

	private final List<Double> values = new ArrayList<>();

	void add(double value) {
		this.values.add(value);
	}

	int size() {
		return this.values.size();
	}

	double median() {
		return quantile(0.5);
	}

	double lowerQuartile() {
		return quantile(0.25);
	}

	double upperQuartile() {
		return quantile(0.75);
	}

	/** Returns the median, with the quartiles in parentheses. */
	String spread() {
		return spread((median() < 1000) ? "%.1f" : "%.0f");
	}

	/**
	 * Returns the median, with the quartiles in parentheses, each in the given format.
	 */
	String spread(String format) {
		return String.format(Locale.ROOT, format + " (" + format + "-" + format + ")", median(), lowerQuartile(),
				upperQuartile());
	}

	/** Returns the ratios of paired measurements. */
	Sample dividedBy(Sample other) {
		Sample ratios = new Sample();
		for (int i = 0; i < Math.min(size(), other.size()); i++) {
			ratios.add(this.values.get(i) / other.values.get(i));
		}
		return ratios;
	}

	/**
	 * Returns the ratios of the measurements to a value, or an empty sample if the value
	 * is missing.
	 */
	Sample dividedBy(double value) {
		Sample ratios = new Sample();
		if (!Double.isNaN(value)) {
			this.values.forEach((measured) -> ratios.add(measured / value));
		}
		return ratios;
	}

	/** Returns the differences of paired measurements. */
	Sample minus(Sample other) {
		Sample differences = new Sample();
		for (int i = 0; i < Math.min(size(), other.size()); i++) {
			differences.add(this.values.get(i) - other.values.get(i));
		}
		return differences;
	}

	private double quantile(double fraction) {
		if (this.values.isEmpty()) {
			return Double.NaN;
		}
		List<Double> sorted = new ArrayList<>(this.values);
		Collections.sort(sorted);
		double position = fraction * (sorted.size() - 1);
		int below = (int) position;
		int above = Math.min(below + 1, sorted.size() - 1);
		return sorted.get(below) + (position - below) * (sorted.get(above) - sorted.get(below));
	}

}
