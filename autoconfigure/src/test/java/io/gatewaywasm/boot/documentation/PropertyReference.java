package io.gatewaywasm.boot.documentation;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The properties in {@code docs/configuration.md}, which a separate test compares with
 * the code.
 */
final class PropertyReference {

	private static final Pattern ROW = Pattern.compile("^\\| `(gateway\\.wasm\\.[^`]+)` \\| (\\S+)", Pattern.MULTILINE);

	private static final Pattern ARGUMENT = Pattern.compile("^\\| `([a-z0-9-]+)` \\| [^|]+\\|$", Pattern.MULTILINE);

	private final List<Pattern> properties;

	private final List<Pattern> groups;

	private final List<String> arguments;

	private final List<String> variables;

	PropertyReference() {
		String reference = Documents.read(Documents.TOP.resolve("docs/configuration.md"));
		this.properties = ROW.matcher(reference).results().map((row) -> pattern(row.group(1), row.group(2))).toList();
		this.groups = ROW.matcher(reference)
			.results()
			.flatMap((row) -> groups(row.group(1)))
			.distinct()
			.map((group) -> pattern(group, ""))
			.toList();
		this.arguments = ARGUMENT.matcher(reference).results().map((row) -> row.group(1)).toList();
		this.variables = ROW.matcher(reference)
			.results()
			.map((row) -> row.group(1).replace("-", "").replace('.', '_').toUpperCase(Locale.ROOT))
			.toList();
	}

	private static Stream<String> groups(String name) {
		return Stream
			.iterate(name, (group) -> group.contains("."), (group) -> group.substring(0, group.lastIndexOf('.')))
			.skip(1);
	}

	private static Pattern pattern(String name, String type) {
		String more = type.equals("map") ? "(\\..+)?" : type.equals("list") ? "(\\[\\d+\\])?" : "";
		return Pattern.compile(Pattern.quote(name).replace("<name>", "\\E[^.]+\\Q") + more);
	}

	/** Returns whether a property with this name in a file exists. */
	boolean has(String name) {
		return this.properties.stream().anyMatch((property) -> property.matcher(name).matches());
	}

	/** Returns whether a property or group with this name in a text exists. */
	boolean hasLike(String name) {
		String wanted = name.replaceAll("<[a-z]+>", "any");
		return has(wanted) || this.groups.stream().anyMatch((group) -> group.matcher(wanted).matches());
	}

	/** Returns whether a limit with this name exists. */
	boolean hasLimit(String name) {
		return has("gateway.wasm.plugins.any." + name);
	}

	/** Returns whether an environment variable with this name sets a property. */
	boolean hasVariable(String name) {
		return this.variables.contains(name);
	}

	/** Returns whether the route filter has an argument with this name. */
	boolean hasArgument(String name) {
		return this.arguments.contains(name);
	}

}
