package io.gatewaywasm.tck.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.gatewaywasm.tck.exchange.ProxyHeaders;

/**
 * Makes the lines of a guest comparable: removes the headers that belong to the proxy,
 * and merges consecutive body callbacks in which the guest did nothing.
 */
final class GuestLines {

	private static final Pattern PAIR = Pattern.compile("  \"([^\"]*)\": .*");

	private static final Pattern BODY = Pattern.compile("((?:request|response)_body \\S+) size=([0-9]+) end=([01])");

	private GuestLines() {
	}

	static List<String> comparable(List<String> lines, boolean exactParts) {
		List<String> own = lines.stream().filter((line) -> {
			Matcher pair = PAIR.matcher(line);
			return !pair.matches() || !ProxyHeaders.isHeader(pair.group(1));
		}).toList();
		if (exactParts) {
			return own;
		}
		List<Callback> merged = new ArrayList<>();
		for (Callback callback : Callback.of(own)) {
			if (callback.first().equals("configure root") && callback.calls().isEmpty()) {
				continue; // The proxy decides when to replace a lost VM.
			}
			Callback previous = merged.isEmpty() ? null : merged.get(merged.size() - 1);
			Callback both = (previous != null) ? previous.with(callback) : null;
			if (both != null) {
				merged.set(merged.size() - 1, both);
			}
			else {
				merged.add(callback);
			}
		}
		return merged.stream().flatMap((callback) -> callback.lines().stream()).toList();
	}

	/**
	 * The line of a callback and the lines of the host calls in it.
	 */
	private record Callback(String first, List<String> calls, String result) {

		static List<Callback> of(List<String> lines) {
			List<Callback> callbacks = new ArrayList<>();
			for (int i = 0; i < lines.size();) {
				String first = lines.get(i++);
				List<String> calls = new ArrayList<>();
				String result = "";
				while (i < lines.size() && lines.get(i).startsWith("  ")) {
					String line = lines.get(i++);
					if (line.startsWith("  return ")) {
						result = line;
					}
					else {
						calls.add(line);
					}
				}
				callbacks.add(new Callback(first, calls, result));
			}
			return callbacks;
		}

		/**
		 * Merges this callback with the next one. Returns {@code null} if they are not
		 * parts of one body or if the guest called the host in both.
		 */
		private @org.jspecify.annotations.Nullable Callback with(Callback next) {
			Matcher mine = BODY.matcher(this.first);
			Matcher other = BODY.matcher(next.first);
			if (!mine.matches() || !other.matches() || !mine.group(1).equals(other.group(1))
					|| mine.group(3).equals("1") || this.result.endsWith(" 3")) {
				return null;
			}
			int size = Integer.parseInt(other.group(2));
			boolean buffered = this.result.endsWith(" 1");
			boolean nothingNew = size == (buffered ? Integer.parseInt(mine.group(2)) : 0);
			if (!this.calls.isEmpty() && !(next.calls.isEmpty() && nothingNew)) {
				return null;
			}
			int together = buffered ? size : size + Integer.parseInt(mine.group(2));
			return new Callback(mine.group(1) + " size=" + together + " end=" + other.group(3),
					this.calls.isEmpty() ? next.calls : this.calls, next.result);
		}

		List<String> lines() {
			List<String> lines = new ArrayList<>(List.of(this.first));
			lines.addAll(this.calls);
			if (!this.result.isEmpty()) {
				lines.add(this.result);
			}
			return lines;
		}

	}

}
