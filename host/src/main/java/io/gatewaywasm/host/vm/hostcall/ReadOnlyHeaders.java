package io.gatewaywasm.host.vm.hostcall;

import java.util.List;

import io.gatewaywasm.host.abi.HeaderList;
import io.gatewaywasm.host.abi.HeaderMap;
import io.gatewaywasm.host.abi.HeaderPair;
import io.gatewaywasm.host.abi.Status;
import io.gatewaywasm.host.abi.StatusException;

/**
 * Headers that a guest can only read, such as those of a callout's response.
 */
final class ReadOnlyHeaders extends ForwardingHeaders {

	private ReadOnlyHeaders(HeaderMap headers) {
		super(headers);
	}

	static ReadOnlyHeaders of(List<HeaderPair> pairs) {
		return new ReadOnlyHeaders(new HeaderList(pairs));
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
