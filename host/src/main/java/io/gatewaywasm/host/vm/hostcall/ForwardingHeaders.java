package io.gatewaywasm.host.vm.hostcall;

import java.util.function.BiConsumer;

import io.gatewaywasm.host.abi.HeaderMap;
import org.jspecify.annotations.Nullable;

/**
 * Headers that are read from other headers. Subclasses decide about changes.
 */
abstract class ForwardingHeaders implements HeaderMap {

	final HeaderMap headers;

	ForwardingHeaders(HeaderMap headers) {
		this.headers = headers;
	}

	@Override
	public final int size() {
		return this.headers.size();
	}

	@Override
	public final @Nullable String get(String name) {
		return this.headers.get(name);
	}

	@Override
	public final void forEach(BiConsumer<String, String> visitor) {
		this.headers.forEach(visitor);
	}

}
