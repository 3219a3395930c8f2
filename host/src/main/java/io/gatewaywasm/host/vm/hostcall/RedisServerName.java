package io.gatewaywasm.host.vm.hostcall;

import io.gatewaywasm.host.abi.Status;
import io.gatewaywasm.host.abi.StatusException;
import org.jspecify.annotations.Nullable;

/**
 * A Redis server by the name that a guest passes, which may have parameters.
 * {@code upstream} is the name without parameters. {@code database} is the database of
 * the parameters, or {@code null} for the default.
 */
record RedisServerName(String upstream, @Nullable Integer database) {

	private static final String DATABASE = "db=";

	private static final int MAX_DATABASE = 65_535;

	static RedisServerName parse(String name) {
		return new RedisServerName(upstream(name), database(name));
	}

	/** Returns a name without its parameters. */
	static String upstream(String name) {
		int parameters = name.indexOf('?');
		return (parameters < 0) ? name : name.substring(0, parameters);
	}

	/**
	 * Returns the database in the parameters of a name. Other parameters control when
	 * Envoy flushes, and have no effect here.
	 */
	private static @Nullable Integer database(String name) {
		// Splitting the name would take much more memory than the name
		int separator = name.indexOf('?');
		while (separator >= 0) {
			int next = name.indexOf('&', separator + 1);
			if (name.startsWith(DATABASE, separator + 1)) {
				return number(name.substring(separator + 1 + DATABASE.length(), (next < 0) ? name.length() : next));
			}
			separator = next;
		}
		return null;
	}

	private static int number(String text) {
		try {
			int number = Integer.parseInt(text);
			if (number >= 0 && number <= MAX_DATABASE) {
				return number;
			}
		}
		catch (NumberFormatException ex) {
			// Refused below
		}
		throw StatusException.of(Status.BAD_ARGUMENT);
	}

}
