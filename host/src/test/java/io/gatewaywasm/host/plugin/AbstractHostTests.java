package io.gatewaywasm.host.plugin;

import io.gatewaywasm.host.fixture.TestServices;
import org.junit.jupiter.api.AfterEach;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Base class of tests that start plugins on a host of their own. No test may cause an
 * internal error.
 */
abstract class AbstractHostTests {

	final TestServices services = new TestServices();

	final WasmHost host = new WasmHost(this.services);

	@AfterEach
	void close() {
		assertThat(this.services.failures).doesNotContain("internal");
		this.host.close();
		this.services.close();
	}

}
