package io.gatewaywasm.boot.fetch.remote;

import java.util.Locale;

import io.gatewaywasm.boot.fetch.FetchFailure;
import io.gatewaywasm.boot.fetch.ModuleFetchException;
import io.gatewaywasm.boot.fetch.ModuleRequest;
import io.gatewaywasm.boot.fetch.cache.CacheEntry;
import io.gatewaywasm.boot.fetch.oci.Digest;
import io.gatewaywasm.boot.fetch.oci.ImageReference;
import io.gatewaywasm.boot.fetch.verify.VerificationKey;
import org.jspecify.annotations.Nullable;

/**
 * What a module must be to be accepted, wherever it comes from.
 *
 * @param sha256 the digest that it must have, or {@code null}
 * @param verifiedBy the fingerprint of the key that must have signed it, or {@code null}
 */
record Acceptance(@Nullable String sha256, @Nullable String verifiedBy) {

	private static final byte[] MAGIC = { 0, 'a', 's', 'm' };

	/**
	 * Return what a request asks for.
	 * @param request the request
	 * @return what the module must be
	 * @throws ModuleFetchException if nothing can meet the request
	 */
	static Acceptance of(ModuleRequest request) {
		String key = request.verificationKey();
		if (key != null && !request.location().toLowerCase(Locale.ROOT).startsWith(ImageReference.SCHEME + ":")) {
			throw new ModuleFetchException(FetchFailure.REQUEST,
					"'%s' cannot be verified: only images have signatures".formatted(request.location()),
					"Put the module into an OCI registry and sign it, or replace 'verification-key' by 'sha256'.");
		}
		if (request.sha256() != null && !request.sha256().matches("[0-9a-f]{64}")) {
			throw new ModuleFetchException(FetchFailure.REQUEST,
					"'%s' is not a SHA-256 digest".formatted(request.sha256()),
					"Write 'sha256' as 64 hexadecimal digits, as 'sha256sum' prints it.");
		}
		return new Acceptance(request.sha256(), (key != null) ? VerificationKey.parse(key).fingerprint() : null);
	}

	boolean accepts(CacheEntry entry) {
		return (this.sha256 == null || this.sha256.equals(entry.sha256()))
				&& (this.verifiedBy == null || this.verifiedBy.equals(entry.verifiedBy()));
	}

	/**
	 * Make sure that what was transferred is what was asked for.
	 * @param wasm the bytes
	 * @param location where they come from
	 * @return their digest
	 */
	String check(byte[] wasm, String location) {
		String actual = Digest.sha256(wasm).hex();
		if (this.sha256 != null && !this.sha256.equals(actual)) {
			throw new ModuleFetchException(FetchFailure.DIGEST_MISMATCH,
					"The module of '%s' has SHA-256 %s, not %s as required".formatted(location, actual, this.sha256),
					"Put the expected module there, or correct 'sha256'.");
		}
		for (int index = 0; index < MAGIC.length; index++) {
			if (wasm.length < MAGIC.length || wasm[index] != MAGIC[index]) {
				throw new ModuleFetchException(FetchFailure.NOT_WASM,
						"What '%s' delivers is not a WebAssembly module".formatted(location),
						"Check the location; a server may answer with a page that says what is wrong.");
			}
		}
		return actual;
	}

}
