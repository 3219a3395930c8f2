package io.gatewaywasm.host.engine;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;

import com.sun.management.HotSpotDiagnosticMXBean;
import org.jspecify.annotations.Nullable;

/**
 * What the running JVM does with the bytecode that modules become.
 */
public final class HotSpot {

	/** The option that makes the JVM compile huge methods, which Go's modules have. */
	public static final String HUGE_METHODS_OPTION = "-XX:-DontCompileHugeMethods";

	private static final List<String> FATAL_OPTIONS = List.of("ExitOnOutOfMemoryError", "CrashOnOutOfMemoryError");

	private static final boolean COMPILES_HUGE_METHODS = readOption();

	private HotSpot() {
	}

	/**
	 * Return whether the JVM compiles methods of any size to machine code. If it does
	 * not, modules with {@linkplain CompilationReport#hugeMethods() huge methods} run at
	 * about half their speed.
	 * @return {@code false} if the JVM lacks {@link #HUGE_METHODS_OPTION}, {@code true}
	 * also if it is unknown
	 */
	public static boolean compilesHugeMethods() {
		return COMPILES_HUGE_METHODS;
	}

	/**
	 * Returns the options of the running JVM by which it ends at the first
	 * {@link OutOfMemoryError}, even if the error is caught.
	 * @return the options as they are written on the command line
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
			// Another JVM, or none that can be asked
			return null;
		}
	}

}
