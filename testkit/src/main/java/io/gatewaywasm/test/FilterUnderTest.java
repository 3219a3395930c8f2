package io.gatewaywasm.test;

import java.nio.file.Path;
import java.time.Duration;

import io.gatewaywasm.test.exchange.FilterRequest;
import org.assertj.core.api.AssertProvider;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A Proxy-Wasm filter under test. It runs on the same host as in a gateway. <pre class=
 * "code"> &#064;RegisterExtension static FilterUnderTest filter = FilterUnderTest.of("classpath:filters/api_key.wasm")     .configuration("8f3a-demo-key alice");
 * </pre>
 * <h2>Life</h2> The module is compiled once. Each test gets a new VM, which starts with
 * the first request or with {@link #start()}. Settings on the field apply to all tests.
 * Settings that a test makes before the filter starts apply to that test. A test fails at
 * its end if the filter has failed and no assertion has looked at the failure.
 * <h2>Time and threads</h2> Everything runs on the thread of the test. Time does not pass
 * until {@link #advance} or {@link #tick} is called. Tests that share a field must not
 * run concurrently, but tests with {@link WasmFilterTest} can.
 */
public final class FilterUnderTest extends FilterResults<FilterUnderTest>
		implements BeforeEachCallback, AfterEachCallback, AutoCloseable, AssertProvider<FilterAssert> {

	private final FilterModule module;

	private final FilterSettings settings;

	private @Nullable FilterRun run;

	private FilterUnderTest(FilterModule module, FilterSettings settings) {
		this.module = module;
		this.settings = settings;
	}

	/**
	 * Creates a filter from a module at a location.
	 * @param location {@code classpath:} and a resource, or the path of a file
	 * @return the filter, not started
	 */
	public static FilterUnderTest of(String location) {
		return new FilterUnderTest(new FilterModule(location), new FilterSettings());
	}

	/**
	 * Creates a filter from a file.
	 * @param file the file of its module
	 * @return the filter, not started
	 */
	public static FilterUnderTest of(Path file) {
		return of(file.toString());
	}

	/**
	 * Creates a filter from the bytes of a module.
	 * @param name the name of the filter, for messages
	 * @param wasm the bytes of the module
	 * @return the filter, not started
	 */
	public static FilterUnderTest of(String name, byte[] wasm) {
		return new FilterUnderTest(new FilterModule(name, wasm.clone()), new FilterSettings());
	}

	// --- Actions of a test

	/**
	 * Starts the filter, if it has not started yet.
	 * @return this filter
	 * @throws FilterStartException if the module is not a filter, rejects its
	 * configuration, or traps
	 */
	public FilterUnderTest start() {
		run().plugin();
		return this;
	}

	/**
	 * Prepares a GET request.
	 * @param path the path with its query
	 * @return the request, not sent
	 */
	public FilterRequest get(String path) {
		return request("GET", path);
	}

	/**
	 * Prepares a POST request.
	 * @param path the path with its query
	 * @return the request, not sent
	 */
	public FilterRequest post(String path) {
		return request("POST", path);
	}

	/**
	 * Prepares a request.
	 * @param method the method
	 * @param path the path with its query
	 * @return the request, not sent
	 */
	public FilterRequest request(String method, String path) {
		return new FilterRequest((request) -> run().send(request), method, path);
	}

	/**
	 * Lets time pass. Ticks and timeouts that are due in this time take place.
	 * @param duration the time
	 * @return this filter
	 */
	public FilterUnderTest advance(Duration duration) {
		run().time().advance(duration);
		return this;
	}

	/**
	 * Lets time pass until the next tick of the filter.
	 * @return this filter
	 */
	public FilterUnderTest tick() {
		run().tick();
		return this;
	}

	/**
	 * Supports AssertJ's {@code assertThat}.
	 * @deprecated use {@code assertThat(filter)}
	 */
	@Override
	@Deprecated
	public FilterAssert assertThat() {
		return new FilterAssert(this, run().failures());
	}

	// --- Life

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

	@Override
	FilterRun run() {
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

	/**
	 * Stops the filter, and fails a test that has not looked at a failure of the filter.
	 */
	@Override
	public void afterEach(ExtensionContext context) {
		FilterRun current = this.run;
		boolean passed = context.getExecutionException().isEmpty();
		AssertionError unseen = (current != null && passed) ? current.unseenFailure() : null;
		close();
		if (unseen != null) {
			throw unseen;
		}
	}

	String story() {
		return run().story();
	}

	/**
	 * Stops the filter. It starts again when it is next used.
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
