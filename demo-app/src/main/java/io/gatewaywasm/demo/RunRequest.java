package io.gatewaywasm.demo;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.gatewaywasm.test.callout.HttpCallResponse;

/**
 * A module to run, and a request to run through it. {@code upstreams} has the responses
 * of upstreams that the filter calls, by name.
 */
record RunRequest(String name, byte[] module, String configuration, String rootId, RecordedRequest request,
		RecordedResponse response, Map<String, HttpCallResponse> upstreams) {

	private static final Pattern METHOD = Pattern.compile("[A-Z]{1,20}");

	private static final Pattern HEADER_NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

	private static final Pattern UPSTREAM = Pattern.compile("(\\S+)\\s+([1-5]\\d\\d)((?:\\s+[^\\s=]+=\\S*)*)");

	/**
	 * Reads the fields of a form. {@code fields} has the other fields, each of which may
	 * be absent. Returns the request. Throws {@link IllegalArgumentException} if a field
	 * cannot be read.
	 */
	static RunRequest of(String name, byte[] module, Map<String, String> fields) {
		String method = fields.getOrDefault("method", "GET");
		if (!METHOD.matcher(method).matches()) {
			throw new IllegalArgumentException("'" + method + "' is not a method: write one like GET.");
		}
		String path = fields.getOrDefault("path", "/");
		if (!path.startsWith("/") || path.chars().anyMatch((character) -> character <= ' ')) {
			throw new IllegalArgumentException("The path must begin with a slash and must not contain spaces.");
		}
		return new RunRequest(name, module, fields.getOrDefault("configuration", ""),
				fields.getOrDefault("root-id", ""),
				new RecordedRequest(method, path, headers(fields.getOrDefault("headers", "")),
						fields.getOrDefault("body", "")),
				new RecordedResponse(status(fields.getOrDefault("response-status", "200")),
						headers(fields.getOrDefault("response-headers", "")), fields.getOrDefault("response-body", "")),
				upstreams(fields.getOrDefault("upstreams", "")));
	}

	private static int status(String text) {
		if (!text.matches("[2-5]\\d\\d")) {
			throw new IllegalArgumentException("'" + text + "' is not a status: write a number from 200 to 599.");
		}
		return Integer.parseInt(text);
	}

	private static List<RecordedHeader> headers(String text) {
		List<RecordedHeader> headers = new ArrayList<>();
		for (String line : lines(text)) {
			int colon = line.indexOf(':');
			String name = (colon > 0) ? line.substring(0, colon).trim().toLowerCase(Locale.ROOT) : "";
			if (!HEADER_NAME.matcher(name).matches()) {
				throw new IllegalArgumentException("'" + line + "' is not a header: write 'name: value'.");
			}
			headers.add(new RecordedHeader(name, line.substring(colon + 1).trim()));
		}
		return headers;
	}

	private static Map<String, HttpCallResponse> upstreams(String text) {
		Map<String, HttpCallResponse> upstreams = new LinkedHashMap<>();
		for (String line : lines(text)) {
			Matcher matcher = UPSTREAM.matcher(line);
			if (!matcher.matches()) {
				throw new IllegalArgumentException("'" + line + "' is not an answer of an upstream: write its name, a"
						+ " status and headers, such as 'auth 200 x-user=alice'.");
			}
			HttpCallResponse answer = HttpCallResponse.status(Integer.parseInt(matcher.group(2)));
			for (String header : matcher.group(3).trim().split("\\s+")) {
				int equals = header.indexOf('=');
				answer = (equals > 0) ? answer.header(header.substring(0, equals), header.substring(equals + 1))
						: answer;
			}
			upstreams.put(matcher.group(1), answer);
		}
		return upstreams;
	}

	private static List<String> lines(String text) {
		return text.lines().map(String::trim).filter((line) -> !line.isEmpty()).toList();
	}

}
