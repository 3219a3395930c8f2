package io.gatewaywasm.host.engine;

import java.lang.management.ManagementFactory;

import com.sun.management.HotSpotDiagnosticMXBean;

/**
 * What the running JVM does with the bytecode that modules become.
 */
public final class HotSpot {

	/** The option that makes the JVM compile huge methods, which Go's modules have. */
	public static final String HUGE_METHODS_OPTION = "-XX:-DontCompileHugeMethods";

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

	private static boolean readOption() {
		try {
			HotSpotDiagnosticMXBean diagnostics = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
			return diagnostics == null
					|| !Boolean.parseBoolean(diagnostics.getVMOption("DontCompileHugeMethods").getValue());
		}
		catch (RuntimeException | LinkageError ex) {
			// Another JVM, or none that can be asked
			return true;
		}
	}

}
