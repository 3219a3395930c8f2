package io.gatewaywasm.host.imports;

import io.gatewaywasm.host.abi.AbiVersion;

/**
 * What Higress and Envoy add to the specification. Their SDKs import all of it whether a
 * guest uses it or not, so that it must be possible to link it.
 */
final class VendorImports {

	static final ImportArea<VendorImports> AREA = ImportArea.of("Extensions of vendors", VendorImports::new)
		.stub("proxy_redis_init", AbiVersion.V0_2_100, "iiiiiii")
		.stub("proxy_redis_call", AbiVersion.V0_2_100, "iiiii")
		.stub("proxy_inject_encoded_data_to_filter_chain", AbiVersion.V0_2_100, "iii")
		.stub("proxy_get_upstream_hosts", AbiVersion.V0_2_100, "ii")
		.stub("proxy_set_upstream_override_host", AbiVersion.V0_2_100, "ii")
		.stub("envoy_resolve_dns", AbiVersion.V0_1_0, "iii");

	private VendorImports(Guest guest) {
	}

}
