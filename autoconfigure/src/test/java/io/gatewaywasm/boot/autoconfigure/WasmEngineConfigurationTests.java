package io.gatewaywasm.boot.autoconfigure;

import io.gatewaywasm.host.engine.EngineOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link WasmEngineConfiguration}.
 */
class WasmEngineConfigurationTests {

	private static final int DEFAULT_SIZE = EngineOptions.defaults().maximumModuleSize();

	private static final WasmGatewayProperties.Cache NO_CACHE = new WasmGatewayProperties.Cache(false, null,
			DataSize.ofMegabytes(1));

	@Test
	void engineAcceptsTheLargestModuleThatCanBeFetched() {
		long fetched = DEFAULT_SIZE + 1L;
		assertThat(WasmEngineConfiguration.options(NO_CACHE, fetched).maximumModuleSize()).isEqualTo(fetched);
	}

	@Test
	void lowerLimitOfFetchesDoesNotApplyToOtherModules() {
		assertThat(WasmEngineConfiguration.options(NO_CACHE, DEFAULT_SIZE - 1L).maximumModuleSize())
			.isEqualTo(DEFAULT_SIZE);
	}

	/** The failure of the start that names the property comes later. */
	@ParameterizedTest
	@ValueSource(longs = { -1, 0, Long.MAX_VALUE })
	void invalidLimitOfFetchesIsNotRefusedByTheEngine(long fetched) {
		assertThat(WasmEngineConfiguration.options(NO_CACHE, fetched).maximumModuleSize())
			.isGreaterThanOrEqualTo(DEFAULT_SIZE);
	}

}
