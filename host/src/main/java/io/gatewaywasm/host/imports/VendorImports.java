package io.gatewaywasm.host.imports;

import io.gatewaywasm.host.abi.GuestMemory;
import io.gatewaywasm.host.abi.Status;

/**
 * Other extensions of Higress and Envoy. Their SDKs import all of these functions even if
 * a guest does not use them, so they must be linkable.
 */
final class VendorImports {

	static final ImportArea<VendorImports> AREA = ImportArea.of("Extensions of vendors", VendorImports::new)
		.function("proxy_inject_encoded_data_to_filter_chain", AbiVersion.V0_2_100, "iii", VendorImports::inject)
		.stub("envoy_resolve_dns", AbiVersion.V0_1_0, "iii");

	private final Guest guest;

	private VendorImports(Guest guest) {
		this.guest = guest;
	}

	private Status inject(GuestMemory memory, long[] arguments) {
		byte[] data = this.guest.body(memory, arguments[0], arguments[1]);
		this.guest.host().streams().injectResponseBody(data, (int) arguments[2] != 0);
		return Status.OK;
	}

}
