package io.gatewaywasm.host.engine.binary;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;

import com.dylibso.chicory.runtime.Machine;

/**
 * The versions of Chicory and of this host, from the manifests of their jars.
 */
public final class EngineVersion {

	public static final String UNKNOWN = "unknown";

	private static final String CURRENT = read(Machine.class, "com.dylibso.chicory/runtime");

	private static final String HOST = read(EngineVersion.class, "io.gatewaywasm/gateway-wasm-host");

	private EngineVersion() {
	}

	/** Returns the version of Chicory, or {@code unknown}. */
	public static String current() {
		return CURRENT;
	}

	/**
	 * Returns the version of this host, or {@code unknown} if it does not run from a jar.
	 */
	public static String host() {
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
