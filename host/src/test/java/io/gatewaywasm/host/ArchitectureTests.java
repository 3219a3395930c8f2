package io.gatewaywasm.host;

import com.tngtech.archunit.core.domain.JavaClasses;
import io.gatewaywasm.host.abi.StreamType;
import io.gatewaywasm.host.spi.Decision;
import io.gatewaywasm.host.spi.HttpStream;
import io.gatewaywasm.host.spi.LocalResponse;
import io.gatewaywasm.host.spi.StreamPhase;
import io.gatewaywasm.host.vm.Vm;
import io.gatewaywasm.testsupport.CommonRules;
import org.junit.jupiter.api.Test;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

/**
 * Checks the dependencies between the packages of the host.
 */
class ArchitectureTests {

	private static final String HOST = "io.gatewaywasm.host.";

	private static final String[] ENGINE_INTERNALS = { HOST + "engine.chicory..", HOST + "engine.binary..",
			HOST + "engine.cache..", HOST + "engine.dwarf..", HOST + "engine.heap..", HOST + "engine.instructions.." };

	private static final JavaClasses CLASSES = CommonRules.productionClasses("io.gatewaywasm.host");

	@Test
	void hostDoesNotDependOnSpringReactorOrNetty() {
		noClasses().should()
			.dependOnClassesThat()
			.resideInAnyPackage("org.springframework..", "reactor..", "io.netty..", "org.reactivestreams..")
			.check(CLASSES);
	}

	@Test
	void onlyTheEngineDependsOnChicory() {
		noClasses().that()
			.resideOutsideOfPackage(HOST + "engine..")
			.should()
			.dependOnClassesThat()
			.resideInAPackage("com.dylibso.chicory..")
			.check(CLASSES);
	}

	@Test
	void onlyTheEngineDependsOnItsImplementation() {
		noClasses().that()
			.resideOutsideOfPackage(HOST + "engine..")
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage(ENGINE_INTERNALS)
			.check(CLASSES);
	}

	@Test
	void engineDoesNotDependOnItsImplementation() {
		noClasses().that()
			.resideInAPackage(HOST + "engine")
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage(ENGINE_INTERNALS)
			.check(CLASSES);
		noClasses().that()
			.resideInAnyPackage(HOST + "engine.cache..", HOST + "engine.binary..")
			.should()
			.dependOnClassesThat()
			.resideInAPackage(HOST + "engine.chicory..")
			.check(CLASSES);
	}

	@Test
	void dependenciesBetweenPackagesPointOneWay() {
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
			.layer("limits")
			.definedBy(HOST + "limits..")
			.layer("vm")
			.definedBy(HOST + "vm")
			.layer("vm.stream")
			.definedBy(HOST + "vm.stream..")
			.layer("vm.hostcall")
			.definedBy(HOST + "vm.hostcall..")
			.layer("plugin")
			.definedBy(HOST + "plugin..")
			.whereLayer("plugin")
			.mayNotBeAccessedByAnyLayer()
			.whereLayer("vm.stream")
			.mayOnlyBeAccessedByLayers("plugin")
			.whereLayer("vm")
			.mayOnlyBeAccessedByLayers("vm.stream", "plugin")
			.whereLayer("vm.hostcall")
			.mayOnlyBeAccessedByLayers("vm", "vm.stream", "plugin")
			.whereLayer("imports")
			.mayOnlyBeAccessedByLayers("vm", "vm.stream", "vm.hostcall", "plugin")
			.whereLayer("limits")
			.mayOnlyBeAccessedByLayers("engine", "vm", "vm.stream", "vm.hostcall", "plugin")
			.whereLayer("engine")
			.mayOnlyBeAccessedByLayers("vm", "plugin")
			.whereLayer("shared")
			.mayOnlyBeAccessedByLayers("plugin")
			.whereLayer("foreign")
			.mayOnlyBeAccessedByLayers("vm.hostcall")
			.whereLayer("spi")
			.mayOnlyBeAccessedByLayers("foreign", "vm", "vm.stream", "vm.hostcall", "plugin", "shared")
			.check(CLASSES);
	}

	@Test
	void packagesHaveNoCycles() {
		slices().matching(HOST + "(**)").should().beFreeOfCycles().check(CLASSES);
	}

	@Test
	void vmDoesNotDependOnPhasesOfHttp() {
		noClasses().that()
			.resideInAPackage(HOST + "vm")
			.should()
			.dependOnClassesThat()
			.belongToAnyOf(Decision.class, HttpStream.class, LocalResponse.class, StreamPhase.class, StreamType.class)
			.check(CLASSES);
	}

	@Test
	void streamsUseOnlyTheirPartOfAVm() {
		noClasses().that()
			.resideInAPackage(HOST + "vm.stream")
			.should()
			.callMethodWhere(target(owner(type(Vm.class))).and(target(not(name("streams")))))
			.check(CLASSES);
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
