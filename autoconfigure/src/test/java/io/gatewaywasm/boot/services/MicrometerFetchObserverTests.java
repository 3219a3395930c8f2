package io.gatewaywasm.boot.services;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import io.gatewaywasm.registry.FetchFailure;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link MicrometerFetchObserver}.
 */
class MicrometerFetchObserverTests {

	private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

	@ParameterizedTest
	@EnumSource
	void reasonOfAFailureHasHyphensAndIsDocumented(FetchFailure failure) throws IOException {
		new MicrometerFetchObserver(() -> this.registry).failed("oci", failure);
		String reason = this.registry.get(WasmMeters.FETCH_FAILURES).counter().getId().getTag(WasmMeters.REASON);
		assertThat(reason).matches("[a-z]+(-[a-z]+)*");
		assertThat(Files.readString(Path.of("../docs/modules.md"))).contains("`" + reason + "`");
		assertThat(this.registry.get(WasmMeters.FETCH_FAILURES).counter().getId().getTags())
			.containsExactlyInAnyOrder(Tag.of(WasmMeters.SCHEME, "oci"), Tag.of(WasmMeters.REASON, reason));
	}

}
