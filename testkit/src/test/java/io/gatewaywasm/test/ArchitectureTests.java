package io.gatewaywasm.test;

import com.tngtech.archunit.core.domain.JavaClasses;
import io.gatewaywasm.host.engine.CompiledModule;
import io.gatewaywasm.host.engine.ModuleInstance;
import io.gatewaywasm.host.engine.WasmEngine;
import io.gatewaywasm.testsupport.CommonRules;
import io.gatewaywasm.testsupport.HostPackages;
import org.junit.jupiter.api.Test;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

/**
 * Sees to it that a filter in a test meets the classes that it meets in production.
 */
class ArchitectureTests {

	private static final String KIT = "io.gatewaywasm.test";

	private static final JavaClasses CLASSES = CommonRules.productionClasses(KIT);

	@Test
	void internalPackagesOfTheHostAreNotUsed() {
		HostPackages.onlyExportedPackagesAreUsed().check(CLASSES);
	}

	@Test
	void filtersAreStartedAsAGatewayStartsThem() {
		classes().that()
			.haveSimpleName("FilterRun")
			.should()
			.dependOnClassesThat()
			.haveFullyQualifiedName("io.gatewaywasm.host.plugin.WasmHost")
			.check(CLASSES);
	}

	@Test
	void onlyTheTraceStandsBetweenHostAndEngine() {
		noClasses().that()
			.resideOutsideOfPackage(KIT + ".trace..")
			.should()
			.beAssignableTo(CompiledModule.class)
			.orShould()
			.beAssignableTo(ModuleInstance.class)
			.orShould()
			.beAssignableTo(WasmEngine.class)
			.check(CLASSES);
	}

	@Test
	void kitDoesNotDependOnSpringOrReactor() {
		noClasses().should()
			.dependOnClassesThat()
			.resideInAnyPackage("org.springframework..", "reactor..", "io.netty..")
			.check(CLASSES);
	}

	@Test
	void packagesHaveNoCycles() {
		slices().matching(KIT + ".(*)..").should().beFreeOfCycles().check(CLASSES);
	}

	@Test
	void noClassIsAHelperAUtilityOrAManager() {
		CommonRules.noClassIsAHelperAUtilityOrAManager().check(CLASSES);
	}

	@Test
	void everyPackageIsNullMarked() {
		CommonRules.everyPackageIsNullMarked().check(CLASSES);
	}

}
