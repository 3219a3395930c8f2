package io.gatewaywasm.host.imports;

import org.jspecify.annotations.Nullable;

/**
 * The supported versions of the Proxy-Wasm ABI. A module declares its version with an
 * exported marker function. The host registers all functions for all versions. The
 * version affects only the few calls that behave differently.
 */
public enum AbiVersion {

	/** ABI 0.1.0, also assumed for modules without a marker that look like it. */
	V0_1_0("0.1.0", "proxy_abi_version_0_1_0"),

	/** ABI 0.2.0. */
	V0_2_0("0.2.0", "proxy_abi_version_0_2_0"),

	/** ABI 0.2.1. */
	V0_2_1("0.2.1", "proxy_abi_version_0_2_1"),

	/** Higress's dialect of ABI 0.2. */
	V0_2_100("0.2.100", "proxy_abi_version_0_2_100");

	private final String version;

	private final String marker;

	AbiVersion(String version, String marker) {
		this.version = version;
		this.marker = marker;
	}

	/**
	 * Returns the version of a marker function, or {@code null} if the name is not that
	 * of a marker.
	 */
	public static @Nullable AbiVersion ofMarker(String export) {
		for (AbiVersion version : values()) {
			if (version.marker.equals(export)) {
				return version;
			}
		}
		return null;
	}

	/**
	 * Returns the version in the form {@code 0.2.1}.
	 */
	public String version() {
		return this.version;
	}

	/**
	 * Returns the name of the marker function that modules of this version export.
	 */
	public String marker() {
		return this.marker;
	}

	@Override
	public String toString() {
		return this.version;
	}

}
