package io.gatewaywasm.boot.services;

import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Parses metric names. Proxy-Wasm metrics have no labels, so filters encode labels in the
 * name. Supported formats:
 * <ul>
 * <li>Istio's format, with the labels first: {@code
 * response_code=.=200;.;istio_requests_total},
 * <li>Coraza's format, with the labels last: {@code
 * waf_filter.tx.interruptions_ruleid=949110_phase=http_request_headers},
 * <li>formats that the application defines as in Envoy's {@code stats_tags}: a regular
 * expression for each tag. The first group is removed from the name. The second group, or
 * the first if there is only one, is the value.
 * </ul>
 */
public final class GuestMetricNames {

	/** A prefix that Envoy adds, and that some filters therefore use. */
	private static final String ENVOY_PREFIX = "wasmcustom.";

	private static final Pattern ISTIO = Pattern.compile("(?s)([A-Za-z0-9_.-]{1,64})=\\.=(.*?);\\.;");

	private static final Pattern CORAZA = Pattern
		.compile("(?s)_([A-Za-z][A-Za-z0-9]{0,63})=((?:(?!_[A-Za-z][A-Za-z0-9]{0,63}=).)*)");

	private static final Pattern NOT_IN_NAMES = Pattern.compile("[^A-Za-z0-9_.-]");

	private static final Pattern NOT_IN_VALUES = Pattern.compile("\\p{Cntrl}");

	private static final Pattern OUTER_SEPARATORS = Pattern.compile("^[_.-]+|[_.-]+$");

	private static final int MAX_NAME = 200;

	private static final int MAX_TAGS = 20;

	private static final int MAX_VALUE = 128;

	private static final String NONE = "none";

	private final boolean encodedTags;

	private final Map<String, Pattern> tags;

	/**
	 * Creates a parser.
	 * @param encodedTags whether to support the formats of Istio and Coraza
	 * @param tags regular expressions by the name of their tag
	 */
	public GuestMetricNames(boolean encodedTags, Map<String, Pattern> tags) {
		this.encodedTags = encodedTags;
		this.tags = Map.copyOf(tags);
	}

	GuestMetricName read(String name) {
		Map<String, String> found = new TreeMap<>();
		String rest = name.startsWith(ENVOY_PREFIX) ? name.substring(ENVOY_PREFIX.length()) : name;
		for (Map.Entry<String, Pattern> tag : this.tags.entrySet()) {
			rest = described(rest, tag.getKey(), tag.getValue(), found);
		}
		if (this.encodedTags) {
			rest = encoded(rest, ISTIO, found);
			rest = encoded(rest, CORAZA, found);
		}
		return new GuestMetricName(meterName(rest), found);
	}

	private static String described(String name, String tag, Pattern pattern, Map<String, String> found) {
		Matcher matcher = pattern.matcher(name);
		if (!matcher.find() || matcher.groupCount() == 0 || matcher.start(1) < 0) {
			return name;
		}
		String value = (matcher.groupCount() > 1) ? matcher.group(2) : matcher.group(1);
		add(found, tag, (value != null) ? value : "");
		return name.substring(0, matcher.start(1)) + name.substring(matcher.end(1));
	}

	private static String encoded(String name, Pattern pattern, Map<String, String> found) {
		return pattern.matcher(name).replaceAll((match) -> {
			add(found, match.group(1), match.group(2));
			return "";
		});
	}

	private static void add(Map<String, String> found, String tag, String value) {
		if (found.size() < MAX_TAGS) {
			String text = NOT_IN_VALUES.matcher(value).replaceAll("_");
			found.put(NOT_IN_NAMES.matcher(tag).replaceAll("_"), text.isEmpty() ? NONE : shorten(text, MAX_VALUE));
		}
	}

	private static String meterName(String name) {
		String sanitized = NOT_IN_NAMES.matcher(name).replaceAll("_");
		String trimmed = OUTER_SEPARATORS.matcher(sanitized).replaceAll("");
		return trimmed.isEmpty() ? NONE : shorten(trimmed, MAX_NAME);
	}

	private static String shorten(String text, int length) {
		return text.substring(0, Math.min(text.length(), length));
	}

}
