package io.gatewaywasm.packer;

import com.tngtech.archunit.core.domain.JavaClasses;
import io.gatewaywasm.testsupport.CommonRules;
import io.gatewaywasm.testsupport.Knots;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Checks the dependencies between classes.
 */
class ArchitectureTests {

	private static final JavaClasses CLASSES = CommonRules.productionClasses("io.gatewaywasm.packer");

	@Test
	void packagesHaveNoKnotsOfMoreThanFiveClasses() {
		assertThat(Knots.tooLarge(CLASSES)).isEmpty();
	}

}
