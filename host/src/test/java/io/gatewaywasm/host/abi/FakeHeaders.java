package io.gatewaywasm.host.abi;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

import org.jspecify.annotations.Nullable;

/**
 * A header map in a list.
 */
public class FakeHeaders implements HeaderMap {

	public final List<HeaderPair> pairs = new ArrayList<>();

	public FakeHeaders(String... namesAndValues) {
		for (int i = 0; i < namesAndValues.length; i += 2) {
			this.pairs.add(new HeaderPair(namesAndValues[i], namesAndValues[i + 1]));
		}
	}

	@Override
	public int size() {
		return this.pairs.size();
	}

	@Override
	public @Nullable String get(String name) {
		return this.pairs.stream()
			.filter((pair) -> pair.name().equalsIgnoreCase(name))
			.map(HeaderPair::value)
			.findFirst()
			.orElse(null);
	}

	@Override
	public void forEach(BiConsumer<String, String> visitor) {
		this.pairs.forEach((pair) -> visitor.accept(pair.name(), pair.value()));
	}

	@Override
	public void add(String name, String value) {
		this.pairs.add(new HeaderPair(name, value));
	}

	@Override
	public void set(String name, String value) {
		remove(name);
		add(name, value);
	}

	@Override
	public void remove(String name) {
		this.pairs.removeIf((pair) -> pair.name().equalsIgnoreCase(name));
	}

	@Override
	public void replaceAll(List<HeaderPair> replacement) {
		this.pairs.clear();
		this.pairs.addAll(replacement);
	}

}
