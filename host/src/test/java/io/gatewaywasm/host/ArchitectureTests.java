package io.gatewaywasm.host;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

/**
 * Holds the rooms of the host apart.
 */
class ArchitectureTests {

	private static final String HOST = "io.gatewaywasm.host.";

	private static final JavaClasses CLASSES = new ClassFileImporter()
		.withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
		.importPackages("io.gatewaywasm.host");

	@Test
	void hostKnowsNoSpringNoReactorAndNoNetty() {
		noClasses().should()
			.dependOnClassesThat()
			.resideInAnyPackage("org.springframework..", "reactor..", "io.netty..", "org.reactivestreams..")
			.check(CLASSES);
	}

	@Test
	void onlyTheEngineKnowsChicory() {
		noClasses().that()
			.resideOutsideOfPackage(HOST + "engine..")
			.should()
			.dependOnClassesThat()
			.resideInAPackage("com.dylibso.chicory..")
			.check(CLASSES);
	}

	@Test
	void dependenciesBetweenRoomsPointOneWay() {
		layeredArchitecture().consideringOnlyDependenciesInLayers()
			.layer("abi")
			.definedBy(HOST + "abi..")
			.layer("imports")
			.definedBy(HOST + "imports..")
			.layer("engine")
			.definedBy(HOST + "engine..")
			.layer("spi")
			.definedBy(HOST + "spi..")
			.layer("shared")
			.definedBy(HOST + "shared..")
			.layer("foreign")
			.definedBy(HOST + "foreign..")
			.layer("vm")
			.definedBy(HOST + "vm..")
			.layer("plugin")
			.definedBy(HOST + "plugin..")
			.whereLayer("plugin")
			.mayNotBeAccessedByAnyLayer()
			.whereLayer("vm")
			.mayOnlyBeAccessedByLayers("plugin")
			.whereLayer("imports")
			.mayOnlyBeAccessedByLayers("vm", "plugin")
			.whereLayer("engine")
			.mayOnlyBeAccessedByLayers("vm", "plugin")
			.whereLayer("shared")
			.mayOnlyBeAccessedByLayers("plugin")
			.whereLayer("foreign")
			.mayOnlyBeAccessedByLayers("vm")
			.whereLayer("spi")
			.mayOnlyBeAccessedByLayers("foreign", "vm", "plugin", "shared")
			.check(CLASSES);
	}

	@Test
	void noClassIsAHelperAUtilityOrAManager() {
		noClasses().should().haveNameMatching(".*(Utils?|Helper|Manager)$").check(CLASSES);
	}

	@Test
	void everyRoomSaysWhatItIsForAndIsNullMarked() {
		classes().that()
			.haveSimpleName("package-info")
			.should()
			.beAnnotatedWith("org.jspecify.annotations.NullMarked")
			.check(CLASSES);
	}

}
