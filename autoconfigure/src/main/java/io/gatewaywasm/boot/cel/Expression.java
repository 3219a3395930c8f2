package io.gatewaywasm.boot.cel;

import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import io.gatewaywasm.host.spi.ForeignCall;

/**
 * A compiled expression.
 *
 * @param program the program
 * @param calls the calls whose cost is limited
 * @param length the number of characters of the expression
 */
record Expression(CelRuntime.Program program, CostlyCalls calls, int length) {

	Object evaluate(ForeignCall call) throws CelEvaluationException {
		return this.program.trace((name) -> PropertyVariables.find(call, name), new EvaluationLimit(this.calls));
	}

}
