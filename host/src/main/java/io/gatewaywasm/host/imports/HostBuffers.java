package io.gatewaywasm.host.imports;

import io.gatewaywasm.host.abi.BufferType;
import org.jspecify.annotations.Nullable;

/**
 * Buffers (section "Buffers").
 */
public interface HostBuffers {

	/**
	 * Return a buffer.
	 * @param type the kind of buffer
	 * @return the buffer or {@code null} if it does not exist in this phase
	 */
	@Nullable HostBuffer buffer(BufferType type);

	/**
	 * Return the configuration that ABI 0.1.0's {@code proxy_get_configuration} gives:
	 * the plugin's while it is configured, else the VM's.
	 * @return the bytes, not to be changed
	 */
	byte[] configuration();

}
