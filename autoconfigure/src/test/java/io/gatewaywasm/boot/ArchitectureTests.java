package io.gatewaywasm.boot;

import java.util.Set;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

import org.springframework.http.HttpHeaders;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

/**
 * Holds the rooms of the gateway's side apart, and off what differs between versions of
 * Spring.
 */
class ArchitectureTests {

	private static final String BOOT = "io.gatewaywasm.boot.";

	/**
	 * Methods whose descriptors are not the same in Spring Framework 6.2 and 7, or that
	 * one of them does not have.
	 */
	private static final Set<String> NOT_PORTABLE = Set.of("get", "getOrEmpty", "remove", "containsKey", "keySet",
			"entrySet", "values", "computeIfAbsent", "addIfAbsent", "headerNames", "containsHeader",
			"containsHeaderValue", "hasHeaderValues", "copyOf", "asMultiValueMap");

	/** Methods of which only some overloads are portable. */
	private static final Set<String> NOT_PORTABLE_WITH_HEADERS = Set.of("addAll", "putAll", "<init>");

	private static final JavaClasses CLASSES = new ClassFileImporter()
		.withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
		.importPackages("io.gatewaywasm.boot");

	@Test
	void nobodyCallsMethodsOfHttpHeadersThatAreNotPortable() {
		noClasses().should().callMethodWhere(new DescribedPredicate<JavaMethodCall>("the method is not portable") {

			@Override
			public boolean test(JavaMethodCall call) {
				return isNotPortable(call);
			}

		}).check(CLASSES);
	}

	@Test
	void nobodyTakesHttpHeadersForMap() {
		noClasses().should()
			.dependOnClassesThat()
			.haveFullyQualifiedName("org.springframework.util.MultiValueMap")
			.check(CLASSES);
	}

	private static boolean isNotPortable(JavaCall<?> call) {
		if (!call.getTargetOwner().isEquivalentTo(HttpHeaders.class)) {
			return false;
		}
		return NOT_PORTABLE.contains(call.getName())
				|| (NOT_PORTABLE_WITH_HEADERS.contains(call.getName()) && call.getTarget()
					.getRawParameterTypes()
					.stream()
					.anyMatch((type) -> type.isEquivalentTo(HttpHeaders.class)));
	}

	@Test
	void dependenciesBetweenRoomsPointOneWay() {
		layeredArchitecture().consideringOnlyDependenciesInLayers()
			.layer("fetch")
			.definedBy(BOOT + "fetch..")
			.layer("cel")
			.definedBy(BOOT + "cel..")
			.layer("grpc")
			.definedBy(BOOT + "grpc..")
			.layer("plugin")
			.definedBy(BOOT + "plugin..")
			.layer("services")
			.definedBy(BOOT + "services..")
			.layer("grpc")
			.definedBy(BOOT + "grpc..")
			.layer("cel")
			.definedBy(BOOT + "cel..")
			.layer("gateway")
			.definedBy(BOOT + "gateway..")
			.layer("actuate")
			.definedBy(BOOT + "actuate..")
			.layer("autoconfigure")
			.definedBy(BOOT + "autoconfigure..")
			.whereLayer("autoconfigure")
			.mayNotBeAccessedByAnyLayer()
			.whereLayer("actuate")
			.mayOnlyBeAccessedByLayers("autoconfigure")
			.whereLayer("gateway")
			.mayOnlyBeAccessedByLayers("autoconfigure")
			.whereLayer("cel")
			.mayOnlyBeAccessedByLayers("autoconfigure")
			.whereLayer("grpc")
			.mayOnlyBeAccessedByLayers("autoconfigure")
			.whereLayer("services")
			.mayOnlyBeAccessedByLayers("grpc", "autoconfigure")
			.whereLayer("fetch")
			.mayOnlyBeAccessedByLayers("plugin", "services", "autoconfigure")
			.whereLayer("plugin")
			.mayOnlyBeAccessedByLayers("services", "gateway", "actuate", "autoconfigure")
			.check(CLASSES);
	}

	@Test
	void nobodyKnowsTheRuntimeBehindTheEngine() {
		noClasses().should().dependOnClassesThat().resideInAPackage("com.dylibso..").check(CLASSES);
	}

	@Test
	void optionalLibrariesStayInTheirRooms() {
		noClasses().that()
			.resideOutsideOfPackages(BOOT + "grpc..", BOOT + "autoconfigure..")
			.should()
			.dependOnClassesThat()
			.resideInAPackage("io.grpc..")
			.check(CLASSES);
		noClasses().that()
			.resideOutsideOfPackages(BOOT + "cel..", BOOT + "autoconfigure..")
			.should()
			.dependOnClassesThat()
			.resideInAPackage("dev.cel..")
			.check(CLASSES);
	}

	@Test
	void onlyTheGatewayRoomKnowsExchanges() {
		noClasses().that()
			.resideOutsideOfPackage(BOOT + "gateway..")
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("org.springframework.web..", "org.springframework.http..")
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
