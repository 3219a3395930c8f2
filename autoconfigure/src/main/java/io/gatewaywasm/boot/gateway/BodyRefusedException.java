package io.gatewaywasm.boot.gateway;

import io.gatewaywasm.host.spi.Decision;

/**
 * Ends a body because its filter does not want it to go on.
 */
final class BodyRefusedException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final transient ExchangeStream stream;

	private final transient Decision decision;

	BodyRefusedException(ExchangeStream stream, Decision decision) {
		super("A Wasm filter answers by " + decision, null, false, false);
		this.stream = stream;
		this.decision = decision;
	}

	ExchangeStream stream() {
		return this.stream;
	}

	/**
	 * Return what is to be done instead.
	 * @return a reply or a reset
	 */
	Decision decision() {
		return this.decision;
	}

}
