package io.gatewaywasm.host.engine;

import java.util.Map;

/**
 * A module that was compiled at build time, as files for the application's class path.
 * The engine uses these files instead of compiling the same bytes, so the application
 * needs no compiler at run time. They are not used for a module with other bytes, or if
 * another version of the engine compiled them.
 *
 * @param sha256 the digest of the module, in lower case hexadecimal
 * @param machineClass the name of the class that is instantiated by reflection, with a
 * public constructor
 * @param classFiles the class files by their path on the class path
 * @param resources other files by their path on the class path
 * @see WasmEngine#precompile(byte[])
 * @since 0.1.0
 */
public record PrecompiledModule(String sha256, String machineClass, Map<String, byte[]> classFiles,
		Map<String, byte[]> resources) {

}
