package io.gatewaywasm.tck;

import com.tngtech.archunit.core.domain.JavaClasses;
import io.gatewaywasm.testsupport.CommonRules;
import io.gatewaywasm.testsupport.Knots;
import org.junit.jupiter.api.Test;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Verifies that the kit depends neither on the gateway nor on Spring, and that its
 * packages have no cycles.
 */
class ArchitectureTests {

	private static final JavaClasses CLASSES = CommonRules.productionClasses("io.gatewaywasm.tck");

	@Test
	void kitDoesNotDependOnTheGateway() {
		noClasses().should()
			.dependOnClassesThat()
			.resideInAnyPackage("io.gatewaywasm.host..", "io.gatewaywasm.boot..", "org.springframework..",
					"com.dylibso..")
			.check(CLASSES);
	}

	@Test
	void packagesHaveNoCycles() {
		slices().matching("io.gatewaywasm.tck.(*)..").should().beFreeOfCycles().check(CLASSES);
	}

	@Test
	void packagesHaveNoKnotsOfMoreThanFiveClasses() {
		assertThat(Knots.tooLarge(CLASSES)).isEmpty();
	}

}
