package io.gatewaywasm.benchmarks.host;

import java.util.List;
import java.util.function.BiConsumer;

import io.gatewaywasm.benchmarks.ExchangeHeaders;
import io.gatewaywasm.host.abi.HeaderMap;
import io.gatewaywasm.host.abi.HeaderPair;
import org.jspecify.annotations.Nullable;

/**
 * Adapts the benchmark's headers to this host's interface.
 */
record ArrayHeaderMap(ExchangeHeaders headers) implements HeaderMap {

	@Override
	public int size() {
		return this.headers.size();
	}

	@Override
	public @Nullable String get(String name) {
		return this.headers.get(name);
	}

	@Override
	public void forEach(BiConsumer<String, String> visitor) {
		this.headers.forEach(visitor);
	}

	@Override
	public void add(String name, String value) {
		this.headers.add(name, value);
	}

	@Override
	public void set(String name, String value) {
		this.headers.set(name, value);
	}

	@Override
	public void remove(String name) {
		this.headers.remove(name);
	}

	@Override
	public void replaceAll(List<HeaderPair> pairs) {
		throw new UnsupportedOperationException();
	}

}
