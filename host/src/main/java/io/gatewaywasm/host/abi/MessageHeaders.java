package io.gatewaywasm.host.abi;

import java.util.List;
import java.util.function.BiConsumer;

import org.jspecify.annotations.Nullable;

/**
 * The headers of a request or response in memory, with pseudo-headers first. The initial
 * pseudo-headers can be set but not removed, and others cannot be added, because a
 * request needs a method and cannot have a status. As in a gateway, {@code host} is an
 * alias of {@code :authority} if the message has that. Not thread-safe. A visitor must
 * not change the headers.
 */
public final class MessageHeaders implements HeaderMap {

	private static final String AUTHORITY = ":authority";

	private static final String HOST = "host";

	private final HeaderList headers = new HeaderList();

	/**
	 * Creates headers.
	 * @param pairs the initial pairs, which determine the pseudo-headers of the message
	 */
	public MessageHeaders(List<HeaderPair> pairs) {
		pairs.stream().filter((pair) -> isPseudo(pair.name())).forEach(this::append);
		pairs.stream().filter((pair) -> !isPseudo(pair.name())).forEach(this::append);
	}

	private void append(HeaderPair pair) {
		this.headers.add(pair.name(), pair.value());
	}

	/**
	 * Returns an immutable copy of the pairs.
	 */
	public List<HeaderPair> toList() {
		return this.headers.toList();
	}

	@Override
	public int size() {
		return this.headers.size();
	}

	@Override
	public @Nullable String get(String name) {
		return this.headers.get(nameOf(name));
	}

	@Override
	public void forEach(BiConsumer<String, String> visitor) {
		this.headers.forEach(visitor);
	}

	@Override
	public void add(String name, String value) {
		if (!setPseudo(name, value)) {
			this.headers.add(name, value);
		}
	}

	@Override
	public void set(String name, String value) {
		if (!setPseudo(name, value)) {
			this.headers.set(name, value);
		}
	}

	@Override
	public void remove(String name) {
		if (!isPseudo(name)) {
			this.headers.remove(name);
		}
	}

	@Override
	public void replaceAll(List<HeaderPair> replacement) {
		this.headers.replaceAll(toList().stream().filter((pair) -> isPseudo(pair.name())).toList());
		replacement.forEach((pair) -> add(pair.name(), pair.value()));
	}

	private boolean setPseudo(String name, String value) {
		String wanted = nameOf(name);
		if (!isPseudo(wanted)) {
			return false;
		}
		if (this.headers.get(wanted) != null) {
			this.headers.set(wanted, value);
		}
		return true;
	}

	private String nameOf(String name) {
		return (HOST.equalsIgnoreCase(name) && this.headers.get(AUTHORITY) != null) ? AUTHORITY : name;
	}

	private static boolean isPseudo(String name) {
		return name.startsWith(":");
	}

	@Override
	public String toString() {
		return this.headers.toString();
	}

}
