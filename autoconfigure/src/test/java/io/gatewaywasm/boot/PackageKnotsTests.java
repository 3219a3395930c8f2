package io.gatewaywasm.boot;

import com.tngtech.archunit.core.domain.JavaClasses;
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
		JavaClasses classes = CommonRules.productionClasses("io.gatewaywasm." + module);
		assertThat(classes).isNotEmpty();
		assertThat(Knots.tooLarge(classes)).isEmpty();
	}

}
