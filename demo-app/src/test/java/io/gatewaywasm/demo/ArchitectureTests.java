package io.gatewaywasm.demo;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.gatewaywasm.testsupport.HostPackages;
import org.junit.jupiter.api.Test;

/**
 * Checks the dependencies on the host.
 */
class ArchitectureTests {

	@Test
	void internalPackagesOfTheHostAreNotUsed() {
		HostPackages.onlyExportedPackagesAreUsed()
			.check(new ClassFileImporter().withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
				.importPackages("io.gatewaywasm.demo"));
	}

}
