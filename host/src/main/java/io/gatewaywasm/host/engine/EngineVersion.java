package io.gatewaywasm.host.engine;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;

import com.dylibso.chicory.compiler.MachineFactoryCompiler;

/**
 * Versions of the engine and of this host, as far as their jars say.
 */
final class EngineVersion {

	static final String UNKNOWN = "unknown";

	private static final String CURRENT = read("/META-INF/maven/com.dylibso.chicory/compiler/pom.properties");

	private EngineVersion() {
	}

	/**
	 * Return the version of the engine.
	 * @return the version, or {@code unknown}
	 */
	static String current() {
		return CURRENT;
	}

	private static String read(String resource) {
		try (InputStream input = MachineFactoryCompiler.class.getResourceAsStream(resource)) {
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
