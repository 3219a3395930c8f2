package io.gatewaywasm.tck.trace;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * One callback and the host calls that the guest made in it.
 */
final class TracedCallback {

	private static final String NAME_PREFIX = "proxy_on_";

	private final String name;

	private final List<String> arguments;

	private final List<Call> calls = new ArrayList<>();

	private @Nullable String plugin;

	TracedCallback(String function, List<String> arguments) {
		this.name = function.substring(NAME_PREFIX.length());
		this.arguments = arguments;
	}

	static boolean isCallback(String function) {
		return function.startsWith(NAME_PREFIX);
	}

	void call(String function, List<String> callArguments) {
		this.calls.add(new Call(function.replaceFirst("^env\\.(proxy_)?", ""), callArguments));
	}

	void returned(String function, String callResult) {
		Call last = this.calls.isEmpty() ? null : this.calls.get(this.calls.size() - 1);
		if (last != null && function.endsWith(last.name)) {
			last.result = callResult;
		}
	}

	void belongsTo(String owner) {
		this.plugin = owner;
	}

	@Nullable String plugin() {
		return this.plugin;
	}

	/**
	 * Returns the lines of this callback, without the guest's log. Returns no lines for
	 * callbacks that start a VM, because the proxy decides when to start one.
	 */
	List<String> lines(String result, ContextNames contexts) {
		if (this.name.equals("configure")) {
			contexts.configured(this.arguments.get(0));
			return List.of();
		}
		if (this.name.equals("vm_start") || (this.name.equals("context_create") && isRoot(this.arguments.get(1)))) {
			return List.of();
		}
		if (this.name.equals("context_create")) {
			contexts.created(this.arguments.get(0), this.arguments.get(1));
		}
		List<String> lines = new ArrayList<>(List.of(first(contexts)));
		for (Call call : this.calls) {
			if (!call.name.equals("log")) {
				lines.add("  " + call.name + "(" + arguments(call.arguments, call.name, false, contexts) + ") = "
						+ call.result);
			}
		}
		if (!result.equals("void") && !result.equals("0")) {
			lines.add("  return " + result);
		}
		return lines;
	}

	private static boolean isRoot(String parent) {
		return parent.equals("0");
	}

	// Parts of a body are written in the driver guest's log format, because they are
	// merged in the same way.
	private String first(ContextNames contexts) {
		if (this.name.endsWith("_body")) {
			return this.name + " " + contexts.of(this.arguments.get(0)) + " size=" + this.arguments.get(1) + " end="
					+ this.arguments.get(2);
		}
		return this.name + "(" + arguments(this.arguments, this.name, true, contexts) + ")";
	}

	private static String arguments(List<String> values, String function, boolean callback, ContextNames contexts) {
		List<String> shown = new ArrayList<>();
		for (int i = 0; i < values.size(); i++) {
			String value = values.get(i);
			char letter = callback ? CallShape.ofCallback(function, i) : CallShape.ofHostCall(function, i);
			shown.add(switch (letter) {
				case 'v' -> value;
				case 'c' -> contexts.of(value);
				case 'n' -> value.equals("0") ? "none" : "some";
				default -> "*";
			});
		}
		return String.join(", ", shown);
	}

	private static final class Call {

		private final String name;

		private final List<String> arguments;

		private String result = "";

		private Call(String name, List<String> arguments) {
			this.name = name;
			this.arguments = arguments;
		}

	}

}
