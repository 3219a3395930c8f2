package io.gatewaywasm.test.exchange;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.BiConsumer;

import io.gatewaywasm.host.abi.HeaderMap;
import io.gatewaywasm.host.abi.HeaderPair;
import org.jspecify.annotations.Nullable;

/**
 * Headers in memory: the pseudo-headers that the message has, then the others.
 */
final class HeaderList implements HeaderMap {

	private static final String AUTHORITY = ":authority";

	private final List<HeaderPair> pseudo = new ArrayList<>();

	private final List<HeaderPair> pairs = new ArrayList<>();

	/**
	 * Create new headers.
	 * @param initial the first pairs; the pseudo-headers among them are those that the
	 * message has
	 */
	HeaderList(List<HeaderPair> initial) {
		for (HeaderPair pair : initial) {
			(pair.name().startsWith(":") ? this.pseudo : this.pairs).add(pair);
		}
	}

	List<HeaderPair> toList() {
		List<HeaderPair> all = new ArrayList<>(this.pseudo);
		all.addAll(this.pairs);
		return all;
	}

	@Override
	public int size() {
		return this.pseudo.size() + this.pairs.size();
	}

	@Override
	public @Nullable String get(String name) {
		String wanted = nameOf(name);
		for (HeaderPair pair : wanted.startsWith(":") ? this.pseudo : this.pairs) {
			if (pair.name().equalsIgnoreCase(wanted)) {
				return pair.value();
			}
		}
		return null;
	}

	@Override
	public void forEach(BiConsumer<String, String> visitor) {
		toList().forEach((pair) -> visitor.accept(pair.name(), pair.value()));
	}

	@Override
	public void add(String name, String value) {
		if (!setPseudo(name, value)) {
			this.pairs.add(new HeaderPair(name, value));
		}
	}

	@Override
	public void set(String name, String value) {
		if (!setPseudo(name, value)) {
			remove(name);
			this.pairs.add(new HeaderPair(name, value));
		}
	}

	@Override
	public void remove(String name) {
		this.pairs.removeIf((pair) -> pair.name().equalsIgnoreCase(name));
	}

	@Override
	public void replaceAll(List<HeaderPair> replacement) {
		this.pairs.clear();
		replacement.forEach((pair) -> add(pair.name(), pair.value()));
	}

	/** A pseudo-header that the message does not have is not kept. */
	private boolean setPseudo(String name, String value) {
		String wanted = nameOf(name);
		this.pseudo.replaceAll((pair) -> pair.name().equals(wanted) ? new HeaderPair(wanted, value) : pair);
		return wanted.startsWith(":");
	}

	/** As in the gateway, {@code host} is the authority of a request. */
	private String nameOf(String name) {
		String lowerCase = name.toLowerCase(Locale.ROOT);
		boolean alias = lowerCase.equals("host") && !this.pseudo.isEmpty()
				&& this.pseudo.stream().anyMatch((pair) -> pair.name().equals(AUTHORITY));
		return alias ? AUTHORITY : lowerCase;
	}

}
