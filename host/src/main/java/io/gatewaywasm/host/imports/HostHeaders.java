package io.gatewaywasm.host.imports;

import io.gatewaywasm.host.abi.HeaderMap;
import io.gatewaywasm.host.abi.MapType;
import org.jspecify.annotations.Nullable;

/**
 * Header and trailer maps (section "HTTP fields").
 */
public interface HostHeaders {

	/**
	 * Return a map for reading.
	 * @param type the kind of map
	 * @return the map or {@code null} if it does not exist in this phase
	 */
	@Nullable HeaderMap headers(MapType type);

	/**
	 * Return a map for changing.
	 * @param type the kind of map
	 * @return the map or {@code null} if it cannot be changed in this phase
	 */
	@Nullable HeaderMap mutableHeaders(MapType type);

	/**
	 * Return whether a missing header is answered as in ABI 0.1.0: found and empty.
	 * @return {@code true} for guests of ABI 0.1.0
	 */
	boolean missingHeaderIsEmpty();

	/**
	 * Return whether the effective context is in its log phase, where an absent map is
	 * "not found" instead of a bad argument.
	 * @return whether the log callback is running
	 */
	boolean inLogPhase();

}
