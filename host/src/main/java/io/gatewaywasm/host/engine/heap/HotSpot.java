package io.gatewaywasm.host.engine.heap;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;

import com.sun.management.HotSpotDiagnosticMXBean;
import org.jspecify.annotations.Nullable;

/**
 * Options of the running JVM.
 */
final class HotSpot {

	private static final List<String> FATAL_OPTIONS = List.of("ExitOnOutOfMemoryError", "CrashOnOutOfMemoryError");

	private HotSpot() {
	}

	/**
	 * Returns the options of the running JVM that make it exit at the first
	 * {@link OutOfMemoryError}, as written on the command line.
	 */
	static List<String> fatalExhaustionOptions() {
		List<String> options = new ArrayList<>();
		for (String name : FATAL_OPTIONS) {
			if (isSet(name)) {
				options.add("-XX:+" + name);
			}
		}
		String command = option("OnOutOfMemoryError");
		if (command != null && !command.isEmpty()) {
			options.add("-XX:OnOutOfMemoryError");
		}
		return options;
	}

	static boolean isSet(String name) {
		return Boolean.parseBoolean(option(name));
	}

	static long number(String name, long otherwise) {
		String value = option(name);
		return (value != null) ? Long.parseLong(value) : otherwise;
	}

	private static @Nullable String option(String name) {
		try {
			HotSpotDiagnosticMXBean diagnostics = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
			return (diagnostics != null) ? diagnostics.getVMOption(name).getValue() : null;
		}
		catch (RuntimeException | LinkageError ex) {
			// Another JVM, or management beans are unavailable
			return null;
		}
	}

}
