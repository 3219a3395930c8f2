package io.gatewaywasm.host.engine.heap;

import java.lang.management.ManagementFactory;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class HotSpotTests {

	@Test
	void followsTheOptionOfTheJvm() {
		boolean given = ManagementFactory.getRuntimeMXBean().getInputArguments().contains(HotSpot.HUGE_METHODS_OPTION);
		assertThat(HotSpot.compilesHugeMethods()).isEqualTo(given);
	}

}
