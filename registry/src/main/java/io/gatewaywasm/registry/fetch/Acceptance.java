package io.gatewaywasm.registry.fetch;

import java.util.Locale;

import io.gatewaywasm.registry.FetchFailure;
import io.gatewaywasm.registry.ModuleFetchException;
import io.gatewaywasm.registry.ModuleRequest;
import io.gatewaywasm.registry.cache.CacheEntry;
import io.gatewaywasm.registry.oci.Digest;
import io.gatewaywasm.registry.oci.ImageReference;
import io.gatewaywasm.registry.verify.VerificationKey;
import org.jspecify.annotations.Nullable;

/**
 * The requirements that a module must meet, wherever it comes from. {@code sha256} is the
 * required digest, or {@code null}. {@code verifiedBy} is the fingerprint of the key that
 * it must be signed with, or {@code null}.
 */
record Acceptance(@Nullable String sha256, @Nullable String verifiedBy) {

	private static final byte[] MAGIC = { 0, 'a', 's', 'm' };

	/**
	 * Returns the requirements of a request. Throws {@link ModuleFetchException} if no
	 * module can meet them.
	 */
	static Acceptance of(ModuleRequest request) {
		String key = request.verificationKey();
		if (key != null && !request.location().toLowerCase(Locale.ROOT).startsWith(ImageReference.SCHEME + ":")) {
			throw new ModuleFetchException(FetchFailure.REQUEST,
					"'%s' cannot be verified, because only images can be signed".formatted(request.location()),
					"Push the module to an OCI registry and sign it, or replace 'verification-key' with 'sha256'.");
		}
		if (request.sha256() != null && !Digest.isSha256(request.sha256())) {
			throw new ModuleFetchException(FetchFailure.REQUEST,
					"'%s' is not a SHA-256 digest".formatted(request.sha256()),
					"Set 'sha256' to the 64 hexadecimal digits that 'sha256sum' prints.");
		}
		return new Acceptance(request.sha256(), (key != null) ? VerificationKey.parse(key).fingerprint() : null);
	}

	boolean accepts(CacheEntry entry) {
		return (this.sha256 == null || this.sha256.equals(entry.sha256()))
				&& (this.verifiedBy == null || this.verifiedBy.equals(entry.verifiedBy()));
	}

	/**
	 * Checks a transferred module, and returns its digest. {@code location} is the
	 * location, for messages.
	 */
	String check(byte[] wasm, String location) {
		String actual = Digest.sha256(wasm).hex();
		if (this.sha256 != null && !this.sha256.equals(actual)) {
			throw new ModuleFetchException(FetchFailure.DIGEST_MISMATCH,
					"The SHA-256 digest of the module at '%s' is %s, but %s is required".formatted(location, actual,
							this.sha256),
					"Provide the expected module, or correct 'sha256'.");
		}
		for (int index = 0; index < MAGIC.length; index++) {
			if (wasm.length < MAGIC.length || wasm[index] != MAGIC[index]) {
				throw new ModuleFetchException(FetchFailure.NOT_WASM,
						"The content of '%s' is not a WebAssembly module".formatted(location),
						"Check the location. The server may have responded with an error page.");
			}
		}
		return actual;
	}

}
