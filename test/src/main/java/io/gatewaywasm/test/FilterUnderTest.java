package io.gatewaywasm.test;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import io.gatewaywasm.host.abi.LogLevel;
import io.gatewaywasm.host.plugin.PluginStatus;
import io.gatewaywasm.test.callout.GrpcCallout;
import io.gatewaywasm.test.callout.HttpCallout;
import io.gatewaywasm.test.exchange.FilterRequest;
import io.gatewaywasm.test.service.LogLine;
import io.gatewaywasm.test.service.RecordedMeter;
import io.gatewaywasm.test.service.SharedData;
import io.gatewaywasm.test.trace.CallTrace;
import org.assertj.core.api.AssertProvider;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A Proxy-Wasm filter under test, on the host that gateways use.
 *
 * <pre class="code">
 * &#064;RegisterExtension
 * static FilterUnderTest filter = FilterUnderTest.of("classpath:filters/api_key.wasm")
 *     .configuration("8f3a-demo-key alice");
 * </pre>
 *
 * <h2>Life</h2> The module is compiled once. Each test gets a VM of its own, which starts
 * with the first request or with {@link #start()}. What is said on the field is for all
 * tests; what is said in a test before the filter starts is for that test.
 *
 * <h2>Time and threads</h2> Nothing happens but on the thread of the test. Time stands
 * still until {@link #advance} or {@link #tick}. Tests that share a field do not run
 * concurrently; those that use {@link WasmFilter} may.
 */
public final class FilterUnderTest extends FilterGivens<FilterUnderTest>
		implements BeforeEachCallback, AfterEachCallback, AutoCloseable, AssertProvider<FilterAssert> {

	private final FilterModule module;

	private final FilterSettings settings;

	private @Nullable FilterRun run;

	private FilterUnderTest(FilterModule module, FilterSettings settings) {
		this.module = module;
		this.settings = settings;
	}

	/**
	 * Name the filter.
	 * @param location {@code classpath:} and a resource, or the path of a file
	 * @return the filter, not started
	 */
	public static FilterUnderTest of(String location) {
		return new FilterUnderTest(new FilterModule(location), new FilterSettings());
	}

	/**
	 * Name the filter.
	 * @param file the file of its module
	 * @return the filter, not started
	 */
	public static FilterUnderTest of(Path file) {
		return of(file.toString());
	}

	/**
	 * Return another filter of the same module and settings.
	 * @return the filter, not started
	 */
	FilterUnderTest another() {
		return new FilterUnderTest(this.module, this.settings.copy());
	}

	// --- What happens in a test ---------------------------------------------------

	/**
	 * Start the filter, if it was not started yet.
	 * @return this filter
	 * @throws FilterStartException if it is no filter, refuses its configuration, or
	 * traps
	 */
	public FilterUnderTest start() {
		run().plugin();
		return this;
	}

	/**
	 * Prepare a GET request.
	 * @param path the path with its query
	 * @return the request, to be sent
	 */
	public FilterRequest get(String path) {
		return request("GET", path);
	}

	/**
	 * Prepare a POST request.
	 * @param path the path with its query
	 * @return the request, to be sent
	 */
	public FilterRequest post(String path) {
		return request("POST", path);
	}

	/**
	 * Prepare a request.
	 * @param method the method
	 * @param path the path with its query
	 * @return the request, to be sent
	 */
	public FilterRequest request(String method, String path) {
		return new FilterRequest((request) -> run().send(request), method, path);
	}

	/**
	 * Let time pass: ticks and time-outs that become due happen.
	 * @param duration how much
	 * @return this filter
	 */
	public FilterUnderTest advance(Duration duration) {
		run().time().advance(duration);
		return this;
	}

	/**
	 * Let time pass until the next tick of the filter.
	 * @return this filter
	 */
	public FilterUnderTest tick() {
		run().tick();
		return this;
	}

	// --- What came of it ----------------------------------------------------------

	/**
	 * Return the data and queues that the filter shares with other VMs.
	 * @return the shared data, to be changed and read
	 */
	public SharedData sharedData() {
		return run().services().sharedData(run().spec().vmId());
	}

	/**
	 * Return what the filter logged.
	 * @return the lines in order
	 */
	public List<LogLine> logs() {
		return run().logger().lines();
	}

	/**
	 * Return what the filter logged at one level.
	 * @param level the level
	 * @return the texts of the lines in order
	 */
	public List<String> logs(LogLevel level) {
		return logs().stream().filter((line) -> line.level() == level).map(LogLine::text).toList();
	}

	/**
	 * Return the metrics that the filter defined.
	 * @return the metrics by name
	 */
	public Map<String, RecordedMeter> metrics() {
		return run().services().recordedMeters();
	}

	/**
	 * Return the HTTP calls that the filter made.
	 * @return the calls in order
	 */
	public List<HttpCallout> httpCalls() {
		return run().httpCallouts().calls();
	}

	/**
	 * Return the gRPC calls that the filter made.
	 * @return the calls in order
	 */
	public List<GrpcCallout> grpcCalls() {
		return run().grpcCallouts().calls();
	}

	/**
	 * Return the calls between the filter and its host.
	 * @return the trace
	 */
	public CallTrace trace() {
		return run().trace();
	}

	/**
	 * Return what a gateway would know of the filter.
	 * @return the status
	 */
	public PluginStatus status() {
		return run().plugin().status();
	}

	/**
	 * For AssertJ's {@code assertThat}.
	 * @deprecated use {@code assertThat(filter)}
	 */
	@Override
	@Deprecated
	public FilterAssert assertThat() {
		return new FilterAssert(this);
	}

	// --- Life ---------------------------------------------------------------------

	@Override
	FilterSettings settings() {
		FilterRun current = this.run;
		return (current != null) ? current.settings() : this.settings;
	}

	@Override
	@Nullable FilterRun runIfAny() {
		return this.run;
	}

	@Override
	FilterUnderTest self() {
		return this;
	}

	private FilterRun run() {
		FilterRun current = this.run;
		if (current == null) {
			current = new FilterRun(this.module, this.settings.copy());
			this.run = current;
		}
		return current;
	}

	@Override
	public void beforeEach(ExtensionContext context) {
		close();
		run();
	}

	@Override
	public void afterEach(ExtensionContext context) {
		close();
	}

	/**
	 * Stop the filter. The next use starts it afresh.
	 */
	@Override
	public void close() {
		FilterRun current = this.run;
		this.run = null;
		if (current != null) {
			current.close();
		}
	}

	@Override
	public String toString() {
		return this.module.toString();
	}

}
