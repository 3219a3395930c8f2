package io.gatewaywasm.host.vm.hostcall;

import java.util.List;
import java.util.function.BiConsumer;

import io.gatewaywasm.host.abi.HeaderList;
import io.gatewaywasm.host.abi.HeaderMap;
import io.gatewaywasm.host.abi.HeaderPair;
import io.gatewaywasm.host.abi.Status;
import io.gatewaywasm.host.abi.StatusException;
import org.jspecify.annotations.Nullable;

/**
 * Headers that a guest can only read, such as those of a callout's response.
 *
 * @param headers the headers
 */
record ReadOnlyHeaders(HeaderMap headers) implements HeaderMap {

	static ReadOnlyHeaders of(List<HeaderPair> pairs) {
		return new ReadOnlyHeaders(new HeaderList(pairs));
	}

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
