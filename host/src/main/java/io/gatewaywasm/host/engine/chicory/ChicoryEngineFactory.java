package io.gatewaywasm.host.engine.chicory;

import io.gatewaywasm.host.engine.EngineOptions;
import io.gatewaywasm.host.engine.WasmEngine;
import io.gatewaywasm.host.engine.WasmEngineFactory;

/**
 * Creates engines that use Chicory.
 */
public final class ChicoryEngineFactory implements WasmEngineFactory {

	@Override
	public WasmEngine create(EngineOptions options) {
		return ChicoryEngine.create(options);
	}

}
