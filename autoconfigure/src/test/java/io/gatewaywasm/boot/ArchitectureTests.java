package io.gatewaywasm.boot;

import java.util.Set;
import java.util.function.Function;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import io.gatewaywasm.testsupport.CommonRules;
import io.gatewaywasm.testsupport.HostPackages;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.http.HttpHeaders;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Checks the dependencies between the gateway's packages, and that the code avoids API
 * that differs between versions of Spring.
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

	private static final JavaClasses CLASSES = CommonRules.productionClasses("io.gatewaywasm.boot");

	private static final ArchRule HEADERS_ARE_PORTABLE = noClasses().should()
		.accessTargetWhere(new DescribedPredicate<JavaAccess<?>>("the method is not portable") {

			@Override
			public boolean test(JavaAccess<?> access) {
				return access.getTarget() instanceof CodeUnitAccessTarget target && isNotPortable(target);
			}

		});

	@Test
	void unportableMethodsOfHttpHeadersAreNotCalled() {
		HEADERS_ARE_PORTABLE.check(CLASSES);
	}

	@ParameterizedTest
	@ValueSource(classes = { Copies.class, Gets.class, Removes.class, Unites.class })
	void callsOfThemAreFound(Class<?> violation) {
		JavaClasses classes = new ClassFileImporter().importClasses(violation);
		assertThat(HEADERS_ARE_PORTABLE.evaluate(classes).hasViolation()).isTrue();
	}

	/** The cookies of a request are such a map on both. */
	@Test
	void httpHeadersAreNotUsedAsMap() {
		noClasses().that()
			.haveNameNotMatching(".*\\.(FramedRequest|FilteredExchange|FilteredForms)")
			.should()
			.dependOnClassesThat()
			.haveFullyQualifiedName("org.springframework.util.MultiValueMap")
			.check(CLASSES);
	}

	@Test
	void internalPackagesOfTheHostAreNotUsed() {
		HostPackages.onlyExportedPackagesAreUsed().check(CLASSES);
	}

	private static boolean isNotPortable(CodeUnitAccessTarget target) {
		if (!target.getOwner().isEquivalentTo(HttpHeaders.class)) {
			return false;
		}
		return NOT_PORTABLE.contains(target.getName()) || (NOT_PORTABLE_WITH_HEADERS.contains(target.getName())
				&& target.getRawParameterTypes().stream().anyMatch((type) -> type.isEquivalentTo(HttpHeaders.class)));
	}

	@Test
	void dependenciesBetweenPackagesPointOneWay() {
		layeredArchitecture().consideringOnlyDependenciesInLayers()
			.layer("cel")
			.definedBy(BOOT + "cel..")
			.layer("grpc")
			.definedBy(BOOT + "grpc..")
			.layer("plugin")
			.definedBy(BOOT + "plugin..")
			.layer("services")
			.definedBy(BOOT + "services..")
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
			.whereLayer("plugin")
			.mayOnlyBeAccessedByLayers("services", "gateway", "actuate", "autoconfigure")
			.check(CLASSES);
	}

	@Test
	void dependenciesInsideTheGatewayPointOneWay() {
		layeredArchitecture().consideringOnlyDependenciesInLayers()
			.layer("filters")
			.definedBy(BOOT + "gateway")
			.layer("exchange")
			.definedBy(BOOT + "gateway.exchange")
			.layer("attributes")
			.definedBy(BOOT + "gateway.attributes")
			.layer("message")
			.definedBy(BOOT + "gateway.message")
			.layer("route")
			.definedBy(BOOT + "gateway.route")
			.layer("body")
			.definedBy(BOOT + "gateway.body")
			.whereLayer("filters")
			.mayNotBeAccessedByAnyLayer()
			.whereLayer("exchange")
			.mayOnlyBeAccessedByLayers("filters")
			.whereLayer("attributes")
			.mayOnlyBeAccessedByLayers("filters", "exchange")
			.whereLayer("message")
			.mayOnlyBeAccessedByLayers("filters", "exchange", "attributes")
			.whereLayer("route")
			.mayOnlyBeAccessedByLayers("filters", "exchange")
			.whereLayer("body")
			.mayOnlyBeAccessedByLayers("filters", "exchange", "attributes", "message")
			.check(CLASSES);
	}

	@Test
	void packagesHaveNoCycles() {
		slices().matching("io.gatewaywasm.boot.(**)").should().beFreeOfCycles().check(CLASSES);
	}

	@Test
	void optionalLibrariesStayInTheirPackages() {
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
		noClasses().that()
			.resideOutsideOfPackages(BOOT + "redis..", BOOT + "autoconfigure..")
			.should()
			.dependOnClassesThat()
			.resideInAPackage("io.lettuce..")
			.check(CLASSES);
	}

	@Test
	void onlyGatewayAndActuateWebKnowExchanges() {
		noClasses().that()
			.resideOutsideOfPackages(BOOT + "gateway..", BOOT + "actuate.web..")
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("org.springframework.web..", "org.springframework.http..")
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

	static final class Copies {

		HttpHeaders copy(HttpHeaders headers) {
			return new HttpHeaders(headers);
		}

	}

	static final class Gets {

		Object get(HttpHeaders headers) {
			return headers.get("name");
		}

	}

	static final class Removes {

		Function<String, Object> remove(HttpHeaders headers) {
			return headers::remove;
		}

	}

	static final class Unites {

		void unite(HttpHeaders headers, HttpHeaders others) {
			headers.addAll(others);
		}

	}

}
