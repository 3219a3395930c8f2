package io.gatewaywasm.benchmarks;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/**
 * Measurements of one thing, summed up by their median and quartiles.
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

	/**
	 * Return median and quartiles as text.
	 * @return the median, and the quartiles in parentheses
	 */
	String spread() {
		return spread((median() < 1000) ? "%.1f" : "%.0f");
	}

	/**
	 * Return median and quartiles as text.
	 * @param format the format of each
	 * @return the median, and the quartiles in parentheses
	 */
	String spread(String format) {
		return String.format(Locale.ROOT, format + " (" + format + "-" + format + ")", median(), lowerQuartile(),
				upperQuartile());
	}

	/**
	 * Return the ratios of measurements that were taken next to each other.
	 * @param other the measurements to divide by, in the same order
	 * @return one ratio for each pair
	 */
	Sample dividedBy(Sample other) {
		Sample ratios = new Sample();
		for (int i = 0; i < Math.min(size(), other.size()); i++) {
			ratios.add(this.values.get(i) / other.values.get(i));
		}
		return ratios;
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
