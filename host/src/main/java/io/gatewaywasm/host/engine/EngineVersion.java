package io.gatewaywasm.host.engine;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;

import com.dylibso.chicory.runtime.Machine;

/**
 * Versions of the engine and of this host, as far as their jars say.
 */
final class EngineVersion {

	static final String UNKNOWN = "unknown";

	private static final String CURRENT = read(Machine.class, "com.dylibso.chicory/runtime");

	private static final String HOST = read(EngineVersion.class, "io.gatewaywasm/gateway-wasm-host");

	private EngineVersion() {
	}

	/**
	 * Return the version of the engine.
	 * @return the version, or {@code unknown}
	 */
	static String current() {
		return CURRENT;
	}

	/**
	 * Return the version of this host.
	 * @return the version, or {@code unknown} when it does not run from a jar
	 */
	static String host() {
		return HOST;
	}

	private static String read(Class<?> source, String artifact) {
		try (InputStream input = source.getResourceAsStream("/META-INF/maven/" + artifact + "/pom.properties")) {
			Properties properties = new Properties();
			if (input != null) {
				properties.load(input);
			}
			return properties.getProperty("version", UNKNOWN);
		}
		catch (IOException ex) {
			return UNKNOWN;
		}
	}

}
