package io.gatewaywasm.registry.fetch;

import io.gatewaywasm.registry.FetchFailure;
import io.gatewaywasm.registry.ModuleFetchException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * Assertions about refused fetches.
 */
final class Refusals {

	private Refusals() {
	}

	static ModuleFetchException assertRefused(FetchFailure failure, ThrowingCallable fetch) {
		ModuleFetchException refusal = catchThrowableOfType(ModuleFetchException.class, fetch);
		assertThat(refusal).as("a refusal").isNotNull();
		assertThat(refusal.getFailure()).as(refusal.getMessage()).isEqualTo(failure);
		assertThat(refusal.getRemedy()).endsWith(".");
		return refusal;
	}

}
