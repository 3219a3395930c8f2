package io.gatewaywasm.host.imports;

import io.gatewaywasm.host.abi.HeaderMap;
import io.gatewaywasm.host.abi.MapType;
import org.jspecify.annotations.Nullable;

/**
 * Header and trailer maps (section "HTTP fields").
 */
public interface HostHeaders {

	/**
	 * Returns a map for reading, or {@code null} if it does not exist in this phase.
	 */
	@Nullable HeaderMap headers(MapType type);

	/**
	 * Returns a map whose size the guest asks for, or {@code null} if it does not exist
	 * in this phase. As in Envoy, this creates trailers at the end of a body that has
	 * none.
	 */
	@Nullable HeaderMap measuredHeaders(MapType type);

	/**
	 * Returns a map for writing, or {@code null} if it cannot be changed in this phase.
	 */
	@Nullable HeaderMap mutableHeaders(MapType type);

	/**
	 * Records that the guest has set a header of the connection, which is shown to guests
	 * and not sent.
	 */
	void notSent(String name);

	/**
	 * Returns whether a missing header is reported as an empty value, as in ABI 0.1.0.
	 */
	boolean missingHeaderIsEmpty();

	/**
	 * Returns whether the log callback of the effective context is running, in which an
	 * absent map is "not found" rather than a bad argument.
	 */
	boolean inLogPhase();

}
