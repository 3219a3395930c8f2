package io.gatewaywasm.boot.plugin;

import java.util.List;
import java.util.Locale;

import io.gatewaywasm.host.engine.CompilationReport;
import io.gatewaywasm.host.plugin.Plugin;
import io.gatewaywasm.host.plugin.PluginStatus;

/**
 * Formats a table of the plugins that were loaded at startup, for the log.
 */
final class LoadedPlugins {

	private static final int DIGEST = 12;

	private LoadedPlugins() {
	}

	/**
	 * Returns a heading and one line per plugin.
	 */
	static String table(List<PluginHandle> handles) {
		int width = handles.stream().mapToInt((handle) -> handle.id().length()).max().orElse(0);
		StringBuilder table = new StringBuilder("Wasm plugins:");
		handles.forEach((handle) -> table.append("\n  ").append(line(handle, width)));
		return table.toString();
	}

	/**
	 * Returns the same facts as a line of the table, for a plugin that was loaded later.
	 */
	static String summary(Plugin plugin) {
		PluginStatus status = plugin.status();
		return "%s, ABI %s, %s, %s, sha256 %s".formatted(Progress.size(status.module().size()),
				status.module().report().abiVersion(), compiled(status.module().compilation()),
				vms(status.instances().target()), digest(status));
	}

	private static String line(PluginHandle handle, int width) {
		String name = handle.id() + " ".repeat(width - handle.id().length());
		Plugin plugin = handle.plugin();
		if (plugin == null) {
			return "%s  %s".formatted(name, handle.state().name().toLowerCase(Locale.ROOT));
		}
		PluginStatus status = plugin.status();
		return "%s  %-7s  %8s  ABI %s  %s  %s  sha256 %s".formatted(name,
				status.state().name().toLowerCase(Locale.ROOT), Progress.size(status.module().size()),
				status.module().report().abiVersion(), compiled(status.module().compilation()),
				vms(status.instances().target()), digest(status));
	}

	private static String digest(PluginStatus status) {
		String sha256 = status.module().sha256();
		return sha256.substring(0, Math.min(DIGEST, sha256.length()));
	}

	private static String compiled(CompilationReport report) {
		String time = String.format(Locale.ROOT, "%.1f s", report.duration().toMillis() / 1000.0);
		return report.cached() ? "from cache in " + time : "compiled in " + time;
	}

	private static String vms(int number) {
		return (number == 1) ? "1 VM" : number + " VMs";
	}

}
