package io.gatewaywasm.packer;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Generates the runtime configuration of a filter if the user provides none.
 */
final class RuntimeConfig {

	private static final Pattern ABI = Pattern.compile("proxy_abi_version_(\\d+)_(\\d+)_(\\d+)");

	private RuntimeConfig() {
	}

	/** Returns a JSON object with the ABI versions that the filter exports. */
	static byte[] of(byte[] wasm, List<String> rootIds) {
		TreeSet<String> versions = new TreeSet<>();
		Matcher matcher = ABI.matcher(new String(wasm, StandardCharsets.ISO_8859_1));
		while (matcher.find()) {
			versions.add("v" + matcher.group(1) + "." + matcher.group(2) + "." + matcher.group(3));
		}
		return """
				{"type":"envoy_proxy","abiVersions":[%s],"config":{"rootIds":[%s]}}"""
			.formatted(list(List.copyOf(versions)), list(rootIds))
			.getBytes(StandardCharsets.UTF_8);
	}

	private static String list(List<String> values) {
		return values.stream()
			.map((value) -> "\"" + value.replace("\\", "\\\\").replace("\"", "\\\"") + "\"")
			.collect(Collectors.joining(","));
	}

}
