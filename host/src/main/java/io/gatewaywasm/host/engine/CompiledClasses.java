package io.gatewaywasm.host.engine;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import java.util.jar.JarEntry;
import java.util.jar.JarInputStream;

/**
 * The classes that the compiler made of a module.
 *
 * @param mainClass the name of the class that implements the engine's machine
 * @param classes the class files by class name
 */
record CompiledClasses(String mainClass, Map<String, byte[]> classes) {

	private static final String PROPERTIES = "wasm-module.properties";

	private static final String SUFFIX = ".class";

	/**
	 * Unpack the compiler's output.
	 * @param jar the jar that it hands to its cache
	 * @return the classes in it
	 */
	static CompiledClasses unpack(byte[] jar) {
		Properties properties = new Properties();
		Map<String, byte[]> classes = new LinkedHashMap<>();
		try (JarInputStream input = new JarInputStream(new ByteArrayInputStream(jar))) {
			for (JarEntry entry = input.getNextJarEntry(); entry != null; entry = input.getNextJarEntry()) {
				String name = entry.getName();
				if (name.equals(PROPERTIES)) {
					properties.load(input);
				}
				else if (name.endsWith(SUFFIX)) {
					classes.put(name.substring(0, name.length() - SUFFIX.length()).replace('/', '.'),
							input.readAllBytes());
				}
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return new CompiledClasses(properties.getProperty("mainClass", ""), classes);
	}

}
