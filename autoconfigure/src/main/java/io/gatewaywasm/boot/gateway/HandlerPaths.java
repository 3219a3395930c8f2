package io.gatewaywasm.boot.gateway;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;

import org.springframework.http.server.PathContainer;
import org.springframework.util.StringUtils;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.util.UriUtils;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;
import org.springframework.web.util.pattern.PatternParseException;

/**
 * The paths whose requests go through the plugins before they reach the application's own
 * handlers. They match in any case and with a slash at the end, because the application
 * can match its handlers in this way, and no request may bypass the plugins. For the same
 * reason they also match the path that Spring's handlers of static resources make of the
 * request's path.
 */
public record HandlerPaths(List<PathPattern> patterns) {

	private static final PathPatternParser PARSER = new PathPatternParser();

	private static final Pattern DUPLICATE_SLASHES = Pattern.compile("[/\\\\]+");

	static {
		PARSER.setCaseSensitive(false);
	}

	private static PathPattern parse(String pattern) {
		if (!pattern.startsWith("/")) {
			throw new IllegalArgumentException("A pattern of paths begins with a slash");
		}
		try {
			return PARSER.parse(pattern);
		}
		catch (PatternParseException ex) {
			throw new IllegalArgumentException(ex.toDetailedString(), ex);
		}
	}

	/**
	 * Parses path patterns in Spring's syntax. Throws {@code IllegalArgumentException} if
	 * one is invalid.
	 */
	public static HandlerPaths of(List<String> patterns) {
		return new HandlerPaths(patterns.stream().map(HandlerPaths::parse).toList());
	}

	boolean contain(ServerWebExchange exchange) {
		PathContainer path = exchange.getRequest().getPath().pathWithinApplication();
		int last = path.elements().size() - 1;
		boolean slash = last > 0 && path.elements().get(last) instanceof PathContainer.Separator;
		return contain(path) || (slash && contain(path.subPath(0, last))) || contain(ofResource(path));
	}

	/** Returns the path as handlers of static resources understand it. */
	private static PathContainer ofResource(PathContainer path) {
		StringBuilder decoded = new StringBuilder();
		for (PathContainer.Element element : path.elements()) {
			decoded.append(
					(element instanceof PathContainer.PathSegment segment) ? segment.valueToMatch() : element.value());
		}
		String clean = StringUtils.cleanPath(DUPLICATE_SLASHES.matcher(decoded).replaceAll("/"));
		// A decoded slash or semicolon belongs to a segment now
		return PathContainer.parsePath(UriUtils.encodePath(clean, StandardCharsets.UTF_8).replace(";", "%3B"));
	}

	private boolean contain(PathContainer path) {
		return this.patterns.stream().anyMatch((pattern) -> pattern.matches(path));
	}

}
