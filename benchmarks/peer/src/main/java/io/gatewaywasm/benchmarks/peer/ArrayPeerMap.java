package io.gatewaywasm.benchmarks.peer;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.gatewaywasm.benchmarks.ExchangeHeaders;
import io.roastedroot.proxywasm.internal.ProxyMap;
import org.jspecify.annotations.Nullable;

/**
 * Adapts the benchmark's headers to the peer's interface.
 */
record ArrayPeerMap(ExchangeHeaders headers) implements ProxyMap {

	@Override
	public int size() {
		return this.headers.size();
	}

	@Override
	public void add(String name, String value) {
		this.headers.add(name, value);
	}

	@Override
	public void put(String name, String value) {
		this.headers.set(name, value);
	}

	@Override
	public Iterable<? extends Map.Entry<String, String>> entries() {
		List<Map.Entry<String, String>> entries = new ArrayList<>(size());
		this.headers.forEach((name, value) -> entries.add(Map.entry(name, value)));
		return entries;
	}

	@Override
	public @Nullable String get(String name) {
		return this.headers.get(name);
	}

	@Override
	public void remove(String name) {
		this.headers.remove(name);
	}

}
