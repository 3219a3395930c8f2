package io.gatewaywasm.inspect;

import io.gatewaywasm.host.engine.CompiledModule;
import io.gatewaywasm.host.plugin.ModuleReport;
import org.jspecify.annotations.Nullable;

/**
 * The result of inspecting a file. {@code module} is the module, or {@code null} if it
 * was refused. {@code report} is the report, or {@code null} if the module was refused.
 * {@code problem} is the reason why the module will not run, or {@code null}.
 */
record Inspection(String file, @Nullable CompiledModule module, @Nullable ModuleReport report,
		@Nullable Problem problem) {

	/**
	 * The reason why a module will not run, and the remedy, each as a sentence.
	 */
	record Problem(String message, String remedy) {

	}

	static Inspection failed(String file, String message, String remedy) {
		return new Inspection(file, null, null, new Problem(message, remedy));
	}

	boolean runs() {
		return this.problem == null;
	}

}
