package io.gatewaywasm.boot;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Checks that no more than five classes of a package need each other, in all modules that
 * a gateway or a test of a filter consists of.
 */
class PackageKnotsTests {

	private static final int LARGEST = 5;

	@ParameterizedTest
	@ValueSource(strings = { "host", "registry", "test", "boot" })
	void packagesHaveNoKnotsOfMoreThanFiveClasses(String module) {
		JavaClasses classes = new ClassFileImporter().withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
			.importPackages("io.gatewaywasm." + module);
		assertThat(classes).isNotEmpty();
		assertThat(classes.stream().map(JavaClass::getPackageName).distinct())
			.allSatisfy((name) -> assertThat(Knots.of(classes, name)).as(name)
				.allSatisfy((knot) -> assertThat(knot).hasSizeLessThanOrEqualTo(LARGEST)));
	}

}
