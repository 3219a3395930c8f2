package io.gatewaywasm.host.engine;

/**
 * Creates engines. The implementation is a service, listed by its class name in
 * {@code META-INF/services}, so that the rest of the host does not depend on it.
 */
public interface WasmEngineFactory {

	/**
	 * Creates an engine.
	 * @param options its settings
	 */
	WasmEngine create(EngineOptions options);

}
