package io.gatewaywasm.host.abi;

import org.jspecify.annotations.Nullable;

/**
 * Versions of the Proxy-Wasm ABI that this host speaks. A module names its version by an
 * exported marker function. The host registers every function for every version; the
 * version only decides the few places where the same call behaves differently.
 */
public enum AbiVersion {

	/** ABI 0.1.0, also assumed of modules that carry no marker and look like it. */
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
	 * Return the version that an exported function name marks.
	 * @param export the name of an exported function
	 * @return the version or {@code null} if the name is no marker
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
	 * Return the version in the form {@code 0.2.1}.
	 * @return the version
	 */
	public String version() {
		return this.version;
	}

	/**
	 * Return the name of the exported function that marks a module of this version.
	 * @return the name of the marker
	 */
	public String marker() {
		return this.marker;
	}

	@Override
	public String toString() {
		return this.version;
	}

}
