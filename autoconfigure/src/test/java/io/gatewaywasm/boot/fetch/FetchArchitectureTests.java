package io.gatewaywasm.boot.fetch;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

/**
 * Checks the dependencies between the packages for fetching and other packages.
 */
class FetchArchitectureTests {

	private static final String FETCH = "io.gatewaywasm.boot.fetch";

	private static final JavaClasses CLASSES = new ClassFileImporter()
		.withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
		.importPackages("io.gatewaywasm.boot");

	@Test
	void fetchingKnowsNothingElseOfThisProject() {
		noClasses().that()
			.resideInAPackage(FETCH + "..")
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("io.gatewaywasm.host..", "io.gatewaywasm.boot.plugin..",
					"io.gatewaywasm.boot.gateway..", "io.gatewaywasm.boot.services..",
					"io.gatewaywasm.boot.autoconfigure..")
			.check(CLASSES);
	}

	@Test
	void whatCanBeAskedKnowsNothingOfWhoDoesIt() {
		noClasses().that()
			.resideInAPackage(FETCH)
			.should()
			.dependOnClassesThat()
			.resideInAPackage(FETCH + ".*..")
			.check(CLASSES);
	}

	@Test
	void roomsDependOnEachOtherInOneDirection() {
		slices().matching(FETCH + ".(*)..").should().beFreeOfCycles().check(CLASSES);
	}

	@Test
	void onlyTheHttpRoomConnectsToAnything() {
		noClasses().that()
			.resideInAPackage(FETCH + "..")
			.and()
			.resideOutsideOfPackage(FETCH + ".http..")
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("reactor..", "io.netty..", "java.net.http..")
			.check(CLASSES);
	}

}
