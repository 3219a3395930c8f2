package io.gatewaywasm.demo;

import io.gatewaywasm.testsupport.CommonRules;
import io.gatewaywasm.testsupport.HostPackages;
import org.junit.jupiter.api.Test;

/**
 * Checks the dependencies on the host.
 */
class ArchitectureTests {

	@Test
	void internalPackagesOfTheHostAreNotUsed() {
		HostPackages.onlyExportedPackagesAreUsed().check(CommonRules.productionClasses("io.gatewaywasm.demo"));
	}

}
