package io.gatewaywasm.host.vm.hostcall;

import io.gatewaywasm.host.abi.Status;
import io.gatewaywasm.host.abi.StatusException;
import io.gatewaywasm.host.spi.SharedScope;

/**
 * Translates the results of a shared scope to the ABI.
 */
final class SharedResult {

	private SharedResult() {
	}

	static void check(SharedScope.Result result) {
		switch (result) {
			case OK -> {
			}
			case CAS_MISMATCH -> throw StatusException.of(Status.CAS_MISMATCH);
			case NOT_FOUND -> throw StatusException.of(Status.NOT_FOUND);
			case FULL -> throw StatusException.of(Status.INTERNAL_FAILURE);
		}
	}

}
