package io.gatewaywasm.test;

import java.util.List;
import java.util.Objects;

import io.gatewaywasm.host.abi.LogLevel;
import io.gatewaywasm.test.callout.HttpCallout;
import io.gatewaywasm.test.exchange.ExchangeAssert;
import io.gatewaywasm.test.exchange.FailureLog;
import io.gatewaywasm.test.exchange.FilterFailure;
import io.gatewaywasm.test.service.RecordedMeter;
import org.assertj.core.api.AbstractAssert;
import org.assertj.core.api.Assertions;
import org.assertj.core.api.ListAssert;
import org.jspecify.annotations.Nullable;

/**
 * Assertions about a filter. The message of a failed assertion contains the calls between
 * the filter and its host.
 * <p>
 * If the filter failed in any callback, no assertion holds until
 * {@link #hasFailed(String)}, or that of {@link ExchangeAssert}, has shown that the test
 * expects the failure.
 */
public final class FilterAssert extends AbstractAssert<FilterAssert, FilterUnderTest> {

	private final FailureLog failures;

	FilterAssert(FilterUnderTest actual, FailureLog failures) {
		super(actual, FilterAssert.class);
		this.failures = failures;
	}

	/**
	 * Verifies that the filter has logged a line.
	 * @param level the level
	 * @param text the whole text
	 * @return this
	 */
	public FilterAssert hasLogged(LogLevel level, String text) {
		List<String> lines = this.actual.logs(level);
		check(lines.contains(text), "Expected the filter to log \"%s\" at %s but it logged %s", text, level,
				this.actual.logs());
		return this;
	}

	/**
	 * Verifies that the filter has logged nothing at the given level or above.
	 * @param level the level
	 * @return this
	 */
	public FilterAssert hasLoggedNothingAt(LogLevel level) {
		boolean quiet = this.actual.logs().stream().allMatch((line) -> line.level().compareTo(level) < 0);
		check(quiet, "Expected nothing to be logged at %s or above but the filter logged %s", level,
				this.actual.logs());
		return this;
	}

	/**
	 * Returns assertions about the lines that the filter has logged at a level. Their
	 * description contains the calls between the filter and its host.
	 * @param level the level
	 * @return assertions about the texts of the lines in order
	 */
	public ListAssert<String> logs(LogLevel level) {
		check(true, "");
		return Assertions.assertThat(this.actual.logs(level)).as(() -> "log lines at " + level + story() + "\n");
	}

	/**
	 * Verifies the value of a counter or gauge.
	 * @param name the name of the metric
	 * @param value the value
	 * @return this
	 */
	public FilterAssert hasMetric(String name, long value) {
		RecordedMeter meter = this.actual.metrics().get(name);
		check(meter != null && meter.value() == value, "Expected metric '%s' to be %d but the metrics were %s", name,
				value, this.actual.metrics());
		return this;
	}

	/**
	 * Verifies a shared value.
	 * @param key the key
	 * @param text the value, decoded as UTF-8
	 * @return this
	 */
	public FilterAssert hasSharedData(String key, String text) {
		String found = this.actual.sharedData().text(key);
		check(Objects.equals(found, text), "Expected shared data '%s' to be \"%s\" but it was \"%s\"", key, text,
				found);
		return this;
	}

	/**
	 * Verifies that the filter has sent HTTP callouts to exactly these upstreams.
	 * @param upstreams the names of the upstreams in order, or none for no callout
	 * @return this
	 */
	public FilterAssert hasCalled(String... upstreams) {
		List<String> called = this.actual.httpCalls().stream().map(HttpCallout::upstream).toList();
		check(called.equals(List.of(upstreams)), "Expected HTTP calls to %s but they were %s", List.of(upstreams),
				called);
		return this;
	}

	/**
	 * Verifies that the filter has failed, in an exchange, a tick or another callback. An
	 * assertion about an exchange that failed still needs
	 * {@link ExchangeAssert#hasFailed(String)}.
	 * @param reason the reason, such as {@code trap} or {@code timeout}, as in
	 * {@link FilterFailure#reason()}
	 * @return this
	 */
	public FilterAssert hasFailed(String reason) {
		boolean failed = !this.failures.expectations().expect(reason).isEmpty();
		verify(failed, "Expected the filter to fail with '%s' but it did not", reason);
		return this;
	}

	/**
	 * Verifies that the filter has not failed, neither in an exchange nor in another
	 * callback.
	 * @return this
	 */
	public FilterAssert hasNotFailed() {
		FilterFailure failure = this.failures.first();
		boolean vmLost = this.actual.status().counters().failures() > 0;
		verify(!vmLost && failure == null, "Expected no failure but there was one: %s",
				(vmLost || failure == null) ? this.actual.status().lastError() : failure.message());
		return this;
	}

	/** A filter that failed may have omitted something, so that nothing is shown. */
	private void check(boolean holds, String message, @Nullable Object... arguments) {
		verify(holds, message, arguments);
		FilterFailure unexpected = this.failures.expectations().unexpected();
		verify(unexpected == null,
				"The filter failed. If the test expects this failure, verify it first: assertThat(filter).hasFailed(\"%s\")",
				(unexpected != null) ? unexpected.reason() : "");
	}

	private void verify(boolean holds, String message, @Nullable Object... arguments) {
		isNotNull();
		if (!holds) {
			failWithMessage("%s", String.format(message, arguments) + story());
		}
	}

	private String story() {
		FilterFailure unexpected = this.failures.expectations().unexpected();
		if (unexpected == null) {
			return this.actual.story();
		}
		this.failures.expectations().see(unexpected);
		return "\n\nIn this test " + unexpected + this.actual.story();
	}

}
