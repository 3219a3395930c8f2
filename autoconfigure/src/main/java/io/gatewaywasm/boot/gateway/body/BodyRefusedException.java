package io.gatewaywasm.boot.gateway.body;

import io.gatewaywasm.host.spi.Decision;

/**
 * Ends a body because its filter decided on a local response or a reset.
 */
public final class BodyRefusedException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final transient BodyFilter filter;

	private final transient Decision decision;

	public BodyRefusedException(BodyFilter filter, Decision decision) {
		super("A Wasm filter answers by " + decision, null, false, false);
		this.filter = filter;
		this.decision = decision;
	}

	public BodyFilter filter() {
		return this.filter;
	}

	/** Returns the filter's decision: a local response or a reset. */
	public Decision decision() {
		return this.decision;
	}

}
