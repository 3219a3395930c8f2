package io.gatewaywasm.converter;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.representer.Representer;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * Reads the documents of a YAML or JSON file with the number formats of JSON: a date,
 * {@code 0123} and {@code 1:30} stay text.
 */
final class YamlDocuments {

	private YamlDocuments() {
	}

	static List<Object> read(String file, String text) {
		LoaderOptions options = new LoaderOptions();
		options.setAllowDuplicateKeys(false);
		List<Object> documents = new ArrayList<>();
		try {
			yaml(options).loadAll(text).forEach((document) -> {
				if (document != null) {
					refuseCycles(file, document, Collections.newSetFromMap(new IdentityHashMap<>()));
					documents.add(document);
				}
			});
		}
		catch (YAMLException ex) {
			throw new ConverterException("'%s' is not valid YAML: %s%s".formatted(file,
					String.valueOf(ex.getMessage()).strip(), text.contains("{{")
							? "\nIf it is a template, render it first, for example with 'helm template'." : ""));
		}
		return documents;
	}

	/** An alias inside the object that it names would have no end. */
	private static void refuseCycles(String file, Object value, Set<Object> parents) {
		if (!(value instanceof Map) && !(value instanceof List)) {
			return;
		}
		if (!parents.add(value)) {
			throw new ConverterException("'%s' has an alias inside the object that it refers to.".formatted(file));
		}
		Collection<?> children = (value instanceof Map<?, ?> map) ? map.values() : (List<?>) value;
		children.forEach((child) -> refuseCycles(file, child, parents));
		parents.remove(value);
	}

	private static Yaml yaml(LoaderOptions options) {
		DumperOptions dumper = new DumperOptions();
		return new Yaml(new SafeConstructor(options), new Representer(dumper), dumper, options, new JsonTypes());
	}

	private static final class JsonTypes extends Resolver {

		private static final Pattern WHOLE_NUMBER = Pattern.compile("-?(?:0|[1-9][0-9]*)");

		private static final Pattern FRACTION = Pattern
			.compile("-?(?:0|[1-9][0-9]*)(?:\\.[0-9]+)?(?:[eE][-+]?[0-9]+)?");

		@Override
		protected void addImplicitResolvers() {
			addImplicitResolver(Tag.BOOL, BOOL, "yYnNtTfFoO");
			addImplicitResolver(Tag.INT, WHOLE_NUMBER, "-0123456789");
			addImplicitResolver(Tag.FLOAT, FRACTION, "-0123456789");
			addImplicitResolver(Tag.MERGE, MERGE, "<");
			addImplicitResolver(Tag.NULL, NULL, "~nN\0");
			addImplicitResolver(Tag.NULL, EMPTY, null);
		}

	}

}
