package io.gatewaywasm.host.abi;

import java.util.List;
import java.util.function.BiConsumer;

import org.jspecify.annotations.Nullable;

/**
 * The headers of a request or response in memory, pseudo-headers first. Those that the
 * message was made with can be set, but not removed, and no others can be added: a
 * request without a method, or with a status, is none. As in a gateway, {@code host} is
 * the same as {@code :authority}, if the message has that. Not thread-safe; a visitor
 * must not change the headers.
 */
public final class MessageHeaders implements HeaderMap {

	private static final String AUTHORITY = ":authority";

	private static final String HOST = "host";

	private final HeaderList headers = new HeaderList();

	/**
	 * Create headers.
	 * @param pairs the first pairs; the pseudo-headers among them are those that the
	 * message has
	 */
	public MessageHeaders(List<HeaderPair> pairs) {
		pairs.stream().filter((pair) -> isPseudo(pair.name())).forEach(this::append);
		pairs.stream().filter((pair) -> !isPseudo(pair.name())).forEach(this::append);
	}

	private void append(HeaderPair pair) {
		this.headers.add(pair.name(), pair.value());
	}

	/**
	 * Return the pairs as they are now.
	 * @return an immutable copy
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
