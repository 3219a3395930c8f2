package io.gatewaywasm.boot;

import io.gatewaywasm.testsupport.CommonRules;
import io.gatewaywasm.testsupport.Knots;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Checks that no more than five classes of a package need each other, in all modules that
 * a gateway or a test of a filter consists of. Other modules check their own packages.
 */
class PackageKnotsTests {

	@ParameterizedTest
	@ValueSource(strings = { "host", "registry", "test", "boot" })
	void packagesHaveNoKnotsOfMoreThanFiveClasses(String module) {
		assertThat(Knots.tooLarge(CommonRules.productionClasses("io.gatewaywasm." + module))).isEmpty();
	}

}
