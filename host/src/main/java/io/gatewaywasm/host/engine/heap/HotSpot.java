package io.gatewaywasm.host.engine.heap;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;

import com.sun.management.HotSpotDiagnosticMXBean;
import org.jspecify.annotations.Nullable;

/**
 * How the running JVM treats the bytecode of compiled modules.
 */
public final class HotSpot {

	/**
	 * The option that makes the JVM compile huge methods, which modules of Go contain.
	 */
	public static final String HUGE_METHODS_OPTION = "-XX:-DontCompileHugeMethods";

	private static final List<String> FATAL_OPTIONS = List.of("ExitOnOutOfMemoryError", "CrashOnOutOfMemoryError");

	private static final boolean COMPILES_HUGE_METHODS = readOption();

	private HotSpot() {
	}

	/**
	 * Returns whether the JVM compiles methods of any size to machine code: {@code false}
	 * if it runs without {@link #HUGE_METHODS_OPTION}, {@code true} if it runs with the
	 * option or this is unknown.
	 */
	public static boolean compilesHugeMethods() {
		return COMPILES_HUGE_METHODS;
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

	private static boolean readOption() {
		// Unknown on another JVM
		return !isSet("DontCompileHugeMethods");
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
