package io.gatewaywasm.host.vm.hostcall;

import java.util.List;

import io.gatewaywasm.host.abi.HeaderPair;
import io.gatewaywasm.host.abi.Status;
import io.gatewaywasm.host.abi.StatusException;
import io.gatewaywasm.host.abi.StreamType;
import io.gatewaywasm.host.imports.HostUpstreams;

/**
 * The hosts to which the request of the effective stream can be sent.
 */
final class StreamUpstreams implements HostUpstreams {

	private final VmScope vm;

	StreamUpstreams(VmScope vm) {
		this.vm = vm;
	}

	@Override
	public List<HeaderPair> upstreamHosts() {
		return this.vm.outside(this::hosts);
	}

	private List<HeaderPair> hosts() {
		StreamScope stream = this.vm.stream();
		List<HeaderPair> hosts = (stream != null) ? stream.httpStream().upstreamHosts() : List.of();
		if (hosts.isEmpty()) {
			throw StatusException.of(Status.NOT_FOUND);
		}
		return hosts;
	}

	@Override
	public void overrideUpstreamHost(String address) {
		this.vm.outside(() -> override(address));
	}

	private void override(String address) {
		StreamScope stream = this.vm.stream();
		if (stream == null || !stream.message(StreamType.HTTP_REQUEST).headersKept()) {
			// The request was already sent on, or does not exist
			throw StatusException.of(Status.BAD_ARGUMENT);
		}
		if (!stream.httpStream().overrideUpstreamHost(address)) {
			throw StatusException.of(Status.NOT_FOUND);
		}
	}

}
