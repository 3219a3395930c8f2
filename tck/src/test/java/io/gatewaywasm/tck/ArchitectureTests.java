package io.gatewaywasm.tck;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

/**
 * Keeps the kit apart from what it judges.
 */
class ArchitectureTests {

	private static final JavaClasses CLASSES = new ClassFileImporter()
		.withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
		.importPackages("io.gatewaywasm.tck");

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

}
