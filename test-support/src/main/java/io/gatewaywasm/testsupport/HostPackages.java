package io.gatewaywasm.testsupport;

import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.net.URL;
import java.util.Collections;
import java.util.List;

import com.tngtech.archunit.lang.ArchRule;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

/**
 * The packages of the host. Its module descriptor exports those that other modules may
 * use, which the JVM does not check, because applications run on the class path.
 */
public final class HostPackages {

	private static final String MODULE = "io.gatewaywasm.host";

	private HostPackages() {
	}

	/**
	 * Returns the rule that classes use only exported packages of the host, and nothing
	 * of its WebAssembly runtime.
	 */
	public static ArchRule onlyExportedPackagesAreUsed() {
		String[] exported = exported().toArray(String[]::new);
		return noClasses().should()
			.dependOnClassesThat(resideInAPackage(MODULE + "..").and(not(resideInAnyPackage(exported))))
			.orShould()
			.dependOnClassesThat()
			.resideInAPackage("com.dylibso..")
			.because("host/src/main/java/module-info.java does not export their packages");
	}

	/**
	 * Returns the names of the exported packages.
	 */
	public static List<String> exported() {
		return descriptor().exports().stream().map(ModuleDescriptor.Exports::source).sorted().toList();
	}

	private static ModuleDescriptor descriptor() {
		try {
			ClassLoader loader = HostPackages.class.getClassLoader();
			for (URL url : Collections.list(loader.getResources("module-info.class"))) {
				try (InputStream input = url.openStream()) {
					ModuleDescriptor descriptor = ModuleDescriptor.read(input);
					if (descriptor.name().equals(MODULE)) {
						return descriptor;
					}
				}
			}
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
		throw new IllegalStateException("The class path has no module descriptor of " + MODULE);
	}

}
