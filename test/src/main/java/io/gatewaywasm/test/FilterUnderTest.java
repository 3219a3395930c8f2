package io.gatewaywasm.test;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;

import io.gatewaywasm.host.abi.LogLevel;
import io.gatewaywasm.host.plugin.PluginSpec;
import io.gatewaywasm.host.plugin.PluginStatus;
import io.gatewaywasm.host.spi.ForeignFunction;
import io.gatewaywasm.test.callout.GrpcAnswer;
import io.gatewaywasm.test.callout.GrpcCallout;
import io.gatewaywasm.test.callout.HttpAnswer;
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
public final class FilterUnderTest
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

	// --- What the filter is started with ------------------------------------------

	/**
	 * Set the plugin configuration (default: empty).
	 * @param text the configuration, which is handed over in UTF-8
	 * @return this filter
	 */
	public FilterUnderTest configuration(String text) {
		return spec((spec) -> spec.configuration(text.getBytes(StandardCharsets.UTF_8)));
	}

	/**
	 * Set the VM configuration (default: empty).
	 * @param text the configuration, which is handed over in UTF-8
	 * @return this filter
	 */
	public FilterUnderTest vmConfiguration(String text) {
		return spec((spec) -> spec.vmConfiguration(text.getBytes(StandardCharsets.UTF_8)));
	}

	/**
	 * Set the root id (default: empty).
	 * @param rootId the root id
	 * @return this filter
	 */
	public FilterUnderTest rootId(String rootId) {
		return spec((spec) -> spec.rootId(rootId));
	}

	/**
	 * Set a variable of the environment that the filter sees (default: none).
	 * @param name the name
	 * @param value the value
	 * @return this filter
	 */
	public FilterUnderTest environment(String name, String value) {
		settings().environment().put(name, value);
		return this;
	}

	/**
	 * Set anything else that a plugin can be made from.
	 * @param customizer sets it
	 * @return this filter
	 */
	public FilterUnderTest spec(Consumer<PluginSpec.Builder> customizer) {
		settings().customize(customizer);
		return this;
	}

	/**
	 * Set a function that the filter can call.
	 * @param name the name
	 * @param function the function
	 * @return this filter
	 */
	public FilterUnderTest foreignFunction(String name, ForeignFunction function) {
		settings().foreignFunctions().put(name, function);
		return this;
	}

	/**
	 * Set the lowest level that is logged (default: all).
	 * @param level the level, which the filter can ask for
	 * @return this filter
	 */
	public FilterUnderTest logLevel(LogLevel level) {
		FilterRun current = this.run;
		if (current != null) {
			current.logger().setLevel(level);
		}
		else {
			this.settings.logLevel(level);
		}
		return this;
	}

	/**
	 * Set the time of day (default: the start of 2026 in UTC).
	 * @param now the time of day
	 * @return this filter
	 */
	public FilterUnderTest time(Instant now) {
		FilterRun current = this.run;
		if (current != null) {
			current.time().setTo(now);
		}
		else {
			this.settings.start(now);
		}
		return this;
	}

	// --- Upstreams ----------------------------------------------------------------

	/**
	 * Declare an upstream for HTTP calls whose answers the test gives by
	 * {@link HttpCallout#answer}.
	 * @param name the name by which the filter calls it
	 * @return this filter
	 */
	public FilterUnderTest upstream(String name) {
		return upstream(name, (call) -> null);
	}

	/**
	 * Declare an upstream for HTTP calls.
	 * @param name the name by which the filter calls it
	 * @param answer what it answers to each call
	 * @return this filter
	 */
	public FilterUnderTest upstream(String name, HttpAnswer answer) {
		return upstream(name, (call) -> answer);
	}

	/**
	 * Declare an upstream for HTTP calls.
	 * @param name the name by which the filter calls it
	 * @param answers what it answers to a call, {@code null} to leave it to the test
	 * @return this filter
	 */
	public FilterUnderTest upstream(String name, Function<HttpCallout, @Nullable HttpAnswer> answers) {
		FilterRun current = this.run;
		if (current != null) {
			current.httpCallouts().declare(name, answers);
		}
		else {
			this.settings.httpUpstreams().put(name, answers);
		}
		return this;
	}

	/**
	 * Declare an upstream for gRPC calls whose answers the test gives by
	 * {@link GrpcCallout#answer}.
	 * @param name the name by which the filter calls it
	 * @return this filter
	 */
	public FilterUnderTest grpcUpstream(String name) {
		return grpcUpstream(name, (call) -> null);
	}

	/**
	 * Declare an upstream for gRPC calls.
	 * @param name the name by which the filter calls it
	 * @param answer what it answers when the filter has ended its side
	 * @return this filter
	 */
	public FilterUnderTest grpcUpstream(String name, GrpcAnswer answer) {
		return grpcUpstream(name, (call) -> answer);
	}

	/**
	 * Declare an upstream for gRPC calls.
	 * @param name the name by which the filter calls it
	 * @param answers what it answers when the filter has ended its side, {@code null} to
	 * leave it to the test
	 * @return this filter
	 */
	public FilterUnderTest grpcUpstream(String name, Function<GrpcCallout, @Nullable GrpcAnswer> answers) {
		FilterRun current = this.run;
		if (current != null) {
			current.grpcCallouts().declare(name, answers);
		}
		else {
			this.settings.grpcUpstreams().put(name, answers);
		}
		return this;
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

	private FilterSettings settings() {
		FilterRun current = this.run;
		return (current != null) ? current.settings() : this.settings;
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
