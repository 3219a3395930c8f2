package io.gatewaywasm.tck.trace;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Reads a proxy's trace of callbacks and host calls in Envoy's form, <code>[host-&gt;vm]
 * proxy_on_log(2)</code>. When a callback has returned, passes on its lines, reduced to
 * the parts that can be compared between proxies: without addresses, tokens and the
 * guest's log. Callbacks that trap are left out. Not thread-safe.
 */
public final class CallTrace {

	private static final Pattern LINE = Pattern
		.compile("\\[(host->vm|host<-vm|vm->host|vm<-host)] ([^( ]+)(?:\\((.*)\\)| return: (.*))");

	private final Map<String, TracedCallback> open = new HashMap<>();

	private final Map<String, ContextNames> contexts = new HashMap<>();

	private final BiConsumer<String, String> lines;

	/**
	 * Creates a reader.
	 * @param lines receives the name of a plugin and a line
	 */
	public CallTrace(BiConsumer<String, String> lines) {
		this.lines = lines;
	}

	/**
	 * Records which plugin's guest is running.
	 * @param source identifies a sequence of calls of one guest, for example a thread
	 * @param plugin the plugin
	 */
	public void belongs(String source, String plugin) {
		TracedCallback callback = this.open.get(source);
		if (callback != null) {
			callback.belongsTo(plugin);
		}
	}

	/**
	 * Reads a line of the trace. Other lines are ignored.
	 * @param source identifies a sequence of calls of one guest, for example a thread
	 * @param line the line
	 */
	public void line(String source, String line) {
		Matcher matcher = LINE.matcher(line);
		if (!matcher.matches()) {
			return;
		}
		String function = matcher.group(2);
		TracedCallback callback = this.open.get(source);
		switch (matcher.group(1)) {
			case "host->vm" -> {
				if (TracedCallback.isCallback(function)) {
					this.open.put(source, new TracedCallback(function, arguments(matcher.group(3))));
				}
			}
			case "host<-vm" -> {
				if (TracedCallback.isCallback(function) && callback != null) {
					this.open.remove(source);
					end(callback, matcher.group(4));
				}
			}
			case "vm->host" -> {
				if (callback != null) {
					callback.call(function, arguments(matcher.group(3)));
				}
			}
			default -> {
				if (callback != null) {
					callback.returned(function, matcher.group(4));
				}
			}
		}
	}

	private void end(TracedCallback callback, String result) {
		String plugin = callback.plugin();
		if (plugin != null) {
			callback.lines(result, this.contexts.computeIfAbsent(plugin, (name) -> new ContextNames()))
				.forEach((line) -> this.lines.accept(plugin, line));
		}
	}

	private static List<String> arguments(@Nullable String list) {
		return (list == null || list.isEmpty()) ? List.of() : List.of(list.split(", "));
	}

}
