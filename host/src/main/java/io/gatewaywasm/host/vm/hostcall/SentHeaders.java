package io.gatewaywasm.host.vm.hostcall;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import io.gatewaywasm.host.abi.FramingHeaders;
import io.gatewaywasm.host.abi.HeaderList;
import io.gatewaywasm.host.abi.HeaderMap;
import io.gatewaywasm.host.abi.HeaderPair;
import io.gatewaywasm.host.abi.MapType;

/**
 * Headers that were sent on, answered or dropped after they had waited. As in Envoy, host
 * calls that change them return OK, and the guest sees its changes. Envoy then loses
 * them. A lost header can be one that protects, so here the exchange ends with an error
 * if it has not ended, unless the call changes nothing or concerns a header that the
 * gateway controls.
 */
final class SentHeaders extends ForwardingHeaders {

	private final MapType type;

	private final StreamScope stream;

	private SentHeaders(MapType type, HeaderList copy, StreamScope stream) {
		super(copy);
		this.type = type;
		this.stream = stream;
	}

	/** Copies the headers, so that only this guest sees the changes. */
	static SentHeaders of(MapType type, HeaderMap headers, StreamScope stream) {
		HeaderList copy = new HeaderList();
		headers.forEach(copy::add);
		return new SentHeaders(type, copy, stream);
	}

	@Override
	public void add(String name, String value) {
		refuseUnless(false, name);
		this.headers.add(name, value);
	}

	@Override
	public void set(String name, String value) {
		refuseUnless(values(name).equals(List.of(value)), name);
		this.headers.set(name, value);
	}

	@Override
	public void remove(String name) {
		refuseUnless(values(name).isEmpty(), name);
		this.headers.remove(name);
	}

	@Override
	public void replaceAll(List<HeaderPair> pairs) {
		List<HeaderPair> sent = new ArrayList<>();
		forEach((name, value) -> sent.add(new HeaderPair(name, value)));
		if (!ofMessage(pairs).equals(ofMessage(sent))) {
			refuse("all headers");
		}
		this.headers.replaceAll(pairs);
	}

	/** Returns the pairs that the gateway does not control, with names in lower case. */
	private static List<HeaderPair> ofMessage(List<HeaderPair> pairs) {
		return pairs.stream()
			.filter((pair) -> !FramingHeaders.owns(pair.name()))
			.map((pair) -> new HeaderPair(pair.name().toLowerCase(Locale.ROOT), pair.value()))
			.toList();
	}

	@Override
	public void refuse(String reason) {
		this.stream.refuseLateChange(this.type, reason);
	}

	private void refuseUnless(boolean same, String name) {
		if (!same && !FramingHeaders.owns(name)) {
			refuse(name);
		}
	}

}
