package io.gatewaywasm.host.imports;

import io.gatewaywasm.host.abi.BufferType;
import org.jspecify.annotations.Nullable;

/**
 * Buffers (section "Buffers").
 */
public interface HostBuffers {

	/**
	 * Returns a buffer, or {@code null} if it does not exist in this phase.
	 */
	@Nullable HostBuffer buffer(BufferType type);

	/**
	 * Returns the configuration for {@code proxy_get_configuration} of ABI 0.1.0: that of
	 * the plugin while it is configured, otherwise that of the VM. It must not be
	 * modified.
	 */
	byte[] configuration();

}
