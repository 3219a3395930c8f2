package io.gatewaywasm.boot.documentation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.boot.origin.OriginTrackedValue;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.io.ByteArrayResource;

/**
 * A block of YAML in a document. {@code line} is the line on which it begins.
 */
record YamlExample(String document, int line, String text) {

	private static final Pattern BLOCK = Pattern.compile("^( *)```yaml\n(.*?)^ *```$",
			Pattern.MULTILINE | Pattern.DOTALL);

	static Stream<YamlExample> in(Path document) {
		String content = Documents.read(document);
		Matcher blocks = BLOCK.matcher(content);
		return blocks.results().map((block) -> {
			int line = (int) content.substring(0, block.start()).lines().count() + 1;
			return new YamlExample(Documents.name(document), line, block.group(2));
		});
	}

	/**
	 * Returns whether the example is for this gateway. The page on migrating also shows
	 * configurations of other gateways.
	 */
	boolean isOurs() {
		return this.text.lines()
			.filter((line) -> !line.isBlank() && !line.startsWith(" ") && !line.startsWith("#"))
			.allMatch((line) -> line.startsWith("spring") || line.startsWith("gateway") || line.startsWith("management")
					|| line.startsWith("logging"));
	}

	/** Returns the properties as Spring Boot reads them. */
	Map<String, Object> properties() {
		Map<String, Object> properties = new TreeMap<>();
		try {
			List<PropertySource<?>> sources = new YamlPropertySourceLoader().load(toString(),
					new ByteArrayResource(this.text.getBytes(StandardCharsets.UTF_8)));
			for (PropertySource<?> source : sources) {
				for (String name : ((EnumerablePropertySource<?>) source).getPropertyNames()) {
					Object value = source.getProperty(name);
					properties.put(name, (value instanceof OriginTrackedValue tracked) ? tracked.getValue() : value);
				}
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return properties;
	}

	@Override
	public String toString() {
		return this.document + ":" + this.line;
	}

}
