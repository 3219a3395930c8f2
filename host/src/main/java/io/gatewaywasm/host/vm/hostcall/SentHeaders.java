package io.gatewaywasm.host.vm.hostcall;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

import io.gatewaywasm.host.abi.FramingHeaders;
import io.gatewaywasm.host.abi.HeaderList;
import io.gatewaywasm.host.abi.HeaderMap;
import io.gatewaywasm.host.abi.HeaderPair;

/**
 * Headers of a message that was paused and then sent on, replaced by a local response, or
 * dropped. As in Envoy, host calls that change these headers return OK, and the guest
 * sees its changes. Envoy silently discards the changes. Because a discarded change can
 * be a security header, this host ends the exchange with an error, unless the exchange
 * has ended, the call changes nothing, or the gateway controls the header.
 */
final class SentHeaders extends ForwardingHeaders {

	private final Consumer<String> refusal;

	private SentHeaders(HeaderList copy, Consumer<String> refusal) {
		super(copy);
		this.refusal = refusal;
	}

	/**
	 * Copies the headers, so that only this guest sees the changes. {@code refusal}
	 * receives the names of the headers that it has changed too late.
	 */
	static SentHeaders of(HeaderMap headers, Consumer<String> refusal) {
		HeaderList copy = new HeaderList();
		headers.forEach(copy::add);
		return new SentHeaders(copy, refusal);
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
		this.refusal.accept(reason);
	}

	private void refuseUnless(boolean same, String name) {
		if (!same && !FramingHeaders.owns(name)) {
			refuse(name);
		}
	}

}
