package io.gatewaywasm.benchmarks.gateway;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Runs {@code wrk} with the scripts of a directory.
 */
record LoadGenerator(Path scripts) {

	private static final Pattern REQUESTS = Pattern.compile("(\\d+) requests in");

	private static final Pattern RATE = Pattern.compile("Requests/sec:\\s+([\\d.]+)");

	private static final Pattern MEDIAN = Pattern.compile("50%\\s+([\\d.]+)(us|ms|s)");

	private static final Pattern P99 = Pattern.compile("99%\\s+([\\d.]+)(us|ms|s)");

	/**
	 * The result of one run: the number of responses, responses per second, and latencies
	 * in milliseconds.
	 */
	record Load(long requests, double rate, double p50, double p99) {

	}

	/** Puts a URL under load. */
	Load run(String url, String script, int connections, int seconds) throws IOException, InterruptedException {
		Process process = new ProcessBuilder(List.of("wrk", "-t1", "-c" + connections, "-d" + seconds + "s",
				"--timeout", "10s", "--latency", "-s", this.scripts.resolve(script + ".lua").toString(), url))
			.redirectErrorStream(true)
			.start();
		String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		if (process.waitFor() != 0 || output.contains("Non-2xx") || output.contains("Socket errors")) {
			throw new IllegalStateException("wrk failed for " + url + ": " + output);
		}
		return new Load((long) number(REQUESTS, output), number(RATE, output), milliseconds(MEDIAN, output),
				milliseconds(P99, output));
	}

	private static double number(Pattern pattern, String output) {
		return Double.parseDouble(match(pattern, output).group(1));
	}

	private static double milliseconds(Pattern pattern, String output) {
		Matcher matcher = match(pattern, output);
		double value = Double.parseDouble(matcher.group(1));
		return switch (matcher.group(2)) {
			case "us" -> value / 1000;
			case "s" -> value * 1000;
			default -> value;
		};
	}

	private static Matcher match(Pattern pattern, String output) {
		Matcher matcher = pattern.matcher(output);
		if (!matcher.find()) {
			throw new IllegalStateException("wrk wrote something else: " + output);
		}
		return matcher;
	}

}
