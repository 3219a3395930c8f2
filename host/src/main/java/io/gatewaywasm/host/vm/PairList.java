package io.gatewaywasm.host.vm;

import java.util.List;
import java.util.function.BiConsumer;

import io.gatewaywasm.host.abi.HeaderMap;
import io.gatewaywasm.host.abi.HeaderPair;
import io.gatewaywasm.host.abi.Status;
import io.gatewaywasm.host.abi.StatusException;
import org.jspecify.annotations.Nullable;

/**
 * A header map that a guest can only read, such as that of a callout's answer.
 *
 * @param pairs the pairs in order
 */
record PairList(List<HeaderPair> pairs) implements HeaderMap {

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
		throw readOnly();
	}

	@Override
	public void set(String name, String value) {
		throw readOnly();
	}

	@Override
	public void remove(String name) {
		throw readOnly();
	}

	@Override
	public void replaceAll(List<HeaderPair> pairs) {
		throw readOnly();
	}

	private static StatusException readOnly() {
		return StatusException.of(Status.BAD_ARGUMENT);
	}

}
