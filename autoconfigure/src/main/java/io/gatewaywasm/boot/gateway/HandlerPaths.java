package io.gatewaywasm.boot.gateway;

import java.util.List;

import org.springframework.http.server.PathContainer;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;
import org.springframework.web.util.pattern.PatternParseException;

/**
 * The paths whose requests go through the plugins before they reach the application's own
 * handlers. They match in any case and with a slash at the end, because the application
 * can match its handlers in this way, and no request may bypass the plugins.
 */
public record HandlerPaths(List<PathPattern> patterns) {

	private static final PathPatternParser PARSER = new PathPatternParser();

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
		return contain(path) || (slash && contain(path.subPath(0, last)));
	}

	private boolean contain(PathContainer path) {
		return this.patterns.stream().anyMatch((pattern) -> pattern.matches(path));
	}

}
