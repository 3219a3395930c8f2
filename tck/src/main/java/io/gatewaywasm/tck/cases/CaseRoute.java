package io.gatewaywasm.tck.cases;

import java.util.List;

/**
 * A route of a case. All routes use the same upstream and the same plugins. The upstream
 * receives the name of the route in the header {@code x-tck-route}.
 *
 * @param name the name
 * @param path the path prefix, ending at a segment; empty for any path
 * @param authority the authority; empty for any
 * @param header a required header as {@code name: value}; empty for none
 */
public record CaseRoute(String name, String path, String authority, String header) {

	/**
	 * The route of a case without {@code routes}. It matches every request and adds no
	 * header.
	 */
	public static final CaseRoute ANY = new CaseRoute("", "", "", "");

	static CaseRoute of(YamlMapping node) {
		CaseRoute route = new CaseRoute(node.text("name", ""), node.text("path", ""), node.text("authority", ""),
				node.text("header", ""));
		node.finish();
		if (route.name.isEmpty()) {
			throw new CaseFormatException("A route has no name: " + route);
		}
		return route;
	}

	/** Returns the name and the value of the required header, or an empty list. */
	public List<String> headerPair() {
		return this.header.isEmpty() ? List.of() : List.of(this.header.split(": ?", 2));
	}

}
