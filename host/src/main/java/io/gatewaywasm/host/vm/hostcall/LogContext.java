package io.gatewaywasm.host.vm.hostcall;

import java.util.Map;

import org.slf4j.MDC;

/**
 * The logging context (MDC) of lines about a plugin or one of its contexts.
 */
public final class LogContext {

	private LogContext() {
	}

	/** Writes lines about a plugin as such. */
	public static void run(String plugin, Runnable write) {
		run(plugin, 0, Map.of(), write);
	}

	/**
	 * Writes lines about a context of a plugin. {@code context} is its id, or 0 if it has
	 * none, and {@code facts} are further entries, such as the route.
	 */
	public static void run(String plugin, int context, Map<String, String> facts, Runnable write) {
		Map<String, String> before = MDC.getCopyOfContextMap();
		try {
			MDC.put("plugin", plugin);
			if (context != 0) {
				MDC.put("context", Integer.toString(context));
			}
			facts.forEach(MDC::put);
			write.run();
		}
		finally {
			if (before != null) {
				MDC.setContextMap(before);
			}
			else {
				MDC.clear();
			}
		}
	}

}
