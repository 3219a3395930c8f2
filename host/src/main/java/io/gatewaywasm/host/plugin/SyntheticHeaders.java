package io.gatewaywasm.host.plugin;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

import io.gatewaywasm.host.abi.HeaderMap;
import io.gatewaywasm.host.abi.HeaderPair;
import org.jspecify.annotations.Nullable;

/**
 * The headers of a made-up exchange.
 */
final class SyntheticHeaders implements HeaderMap {

	private final List<HeaderPair> pairs = new ArrayList<>();

	/**
	 * Create headers.
	 * @param namesAndValues names and values in turn
	 * @return the headers
	 */
	static SyntheticHeaders of(String... namesAndValues) {
		SyntheticHeaders headers = new SyntheticHeaders();
		for (int i = 0; i < namesAndValues.length; i += 2) {
			headers.pairs.add(new HeaderPair(namesAndValues[i], namesAndValues[i + 1]));
		}
		return headers;
	}

	@Override
	public int size() {
		return this.pairs.size();
	}

	@Override
	public @Nullable String get(String name) {
		for (HeaderPair pair : this.pairs) {
			if (pair.name().equalsIgnoreCase(name)) {
				return pair.value();
			}
		}
		return null;
	}

	@Override
	public void forEach(BiConsumer<String, String> visitor) {
		this.pairs.forEach((pair) -> visitor.accept(pair.name(), pair.value()));
	}

	@Override
	public void add(String name, String value) {
		if (name.startsWith(":")) {
			set(name, value);
		}
		else {
			this.pairs.add(new HeaderPair(name, value));
		}
	}

	@Override
	public void set(String name, String value) {
		HeaderPair pair = new HeaderPair(name, value);
		for (int i = 0; i < this.pairs.size(); i++) {
			if (this.pairs.get(i).name().equalsIgnoreCase(name)) {
				this.pairs.set(i, pair);
				this.pairs.subList(i + 1, this.pairs.size()).removeIf((other) -> other.name().equalsIgnoreCase(name));
				return;
			}
		}
		this.pairs.add(pair);
	}

	@Override
	public void remove(String name) {
		this.pairs.removeIf((pair) -> pair.name().equalsIgnoreCase(name));
	}

	@Override
	public void replaceAll(List<HeaderPair> replacement) {
		List<HeaderPair> pseudo = this.pairs.stream().filter((pair) -> pair.name().startsWith(":")).toList();
		this.pairs.clear();
		this.pairs.addAll(pseudo);
		replacement.forEach((pair) -> add(pair.name(), pair.value()));
	}

}
