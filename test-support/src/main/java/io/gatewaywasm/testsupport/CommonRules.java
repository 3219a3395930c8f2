package io.gatewaywasm.testsupport;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

/**
 * The architecture rules of all modules.
 */
public final class CommonRules {

	private CommonRules() {
	}

	/**
	 * Imports the classes of a package and of the packages below it, without tests.
	 */
	public static JavaClasses productionClasses(String packageName) {
		return new ClassFileImporter().withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
			.importPackages(packageName);
	}

	/**
	 * Returns the rule that no class is called a helper, a utility or a manager.
	 */
	public static ArchRule noClassIsAHelperAUtilityOrAManager() {
		return noClasses().should().haveNameMatching(".*(Utils?|Helper|Manager)$");
	}

	/**
	 * Returns the rule that every package is null-marked.
	 */
	public static ArchRule everyPackageIsNullMarked() {
		return classes().that()
			.haveSimpleName("package-info")
			.should()
			.beAnnotatedWith("org.jspecify.annotations.NullMarked");
	}

}
