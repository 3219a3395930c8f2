/**
 * The Proxy-Wasm host. The exported packages are its API; all others are internal.
 * Applications run the host on the class path. On a module path, the JVM needs the option
 * {@code --add-opens com.dylibso.chicory.wasm/com.dylibso.chicory.wasm=io.gatewaywasm.host}.
 */
module io.gatewaywasm.host {

	requires com.dylibso.chicory.compiler;
	requires com.dylibso.chicory.runtime;
	requires com.dylibso.chicory.wasm;
	requires java.management;
	requires jdk.management;
	requires static transitive org.jspecify;
	requires org.objectweb.asm;
	requires org.objectweb.asm.commons;
	requires org.objectweb.asm.tree;
	requires org.objectweb.asm.tree.analysis;
	requires org.slf4j;

	exports io.gatewaywasm.host.abi;
	exports io.gatewaywasm.host.engine;
	exports io.gatewaywasm.host.limits;
	exports io.gatewaywasm.host.plugin;
	exports io.gatewaywasm.host.shared;
	exports io.gatewaywasm.host.spi;

	uses io.gatewaywasm.host.engine.WasmEngineFactory;

	provides io.gatewaywasm.host.engine.WasmEngineFactory
			with io.gatewaywasm.host.engine.chicory.ChicoryEngineFactory;

}
