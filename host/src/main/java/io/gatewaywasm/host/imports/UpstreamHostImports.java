package io.gatewaywasm.host.imports;

import io.gatewaywasm.host.abi.GuestMemory;
import io.gatewaywasm.host.abi.HeaderPairsEncoder;
import io.gatewaywasm.host.abi.Status;

/**
 * The hosts of upstreams, an extension of Higress.
 */
final class UpstreamHostImports {

	static final ImportArea<UpstreamHostImports> AREA = ImportArea.of("Upstream hosts", UpstreamHostImports::new)
		.function("proxy_get_upstream_hosts", AbiVersion.V0_2_100, "ii", UpstreamHostImports::get)
		.function("proxy_set_upstream_override_host", AbiVersion.V0_2_100, "ii", UpstreamHostImports::override);

	private final Guest guest;

	private final HostUpstreams host;

	private UpstreamHostImports(Guest guest) {
		this.guest = guest;
		this.host = guest.host().upstreams();
	}

	private Status get(GuestMemory memory, long[] arguments) {
		Guest.checkInts(memory, arguments[0], arguments[1]);
		HeaderPairsEncoder hosts = new HeaderPairsEncoder().encode(this.host.upstreamHosts());
		this.guest.give(memory, hosts.array(), hosts.length(), arguments[0], arguments[1]);
		return Status.OK;
	}

	private Status override(GuestMemory memory, long[] arguments) {
		this.host.overrideUpstreamHost(Guest.utf8(memory, arguments[0], arguments[1]));
		return Status.OK;
	}

}
