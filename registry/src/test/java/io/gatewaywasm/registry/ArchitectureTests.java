package io.gatewaywasm.registry;

import com.tngtech.archunit.core.domain.JavaClasses;
import io.gatewaywasm.testsupport.CommonRules;
import org.junit.jupiter.api.Test;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

/**
 * Checks the dependencies of this module and between its packages.
 */
class ArchitectureTests {

	private static final String REGISTRY = "io.gatewaywasm.registry";

	private static final JavaClasses CLASSES = CommonRules.productionClasses(REGISTRY);

	@Test
	void nothingDependsOnSpringOrTheGateway() {
		noClasses().should()
			.dependOnClassesThat()
			.resideInAnyPackage("org.springframework..", "io.gatewaywasm.boot..", "io.gatewaywasm.packer..")
			.check(CLASSES);
	}

	@Test
	void apiDoesNotDependOnItsImplementation() {
		noClasses().that()
			.resideInAPackage(REGISTRY)
			.should()
			.dependOnClassesThat()
			.resideInAPackage(REGISTRY + ".*..")
			.check(CLASSES);
	}

	@Test
	void packagesHaveNoCycles() {
		slices().matching(REGISTRY + ".(*)..").should().beFreeOfCycles().check(CLASSES);
	}

	@Test
	void onlyTheHttpPackageConnectsToServers() {
		noClasses().that()
			.resideOutsideOfPackage(REGISTRY + ".http..")
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("reactor..", "io.netty..", "java.net.http..")
			.check(CLASSES);
	}

	@Test
	void packagesAreDescribedAndNullMarked() {
		CommonRules.everyPackageIsNullMarked().check(CLASSES);
	}

}
