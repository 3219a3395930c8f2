package io.gatewaywasm.test;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

import io.gatewaywasm.host.engine.ChicoryEngine;
import io.gatewaywasm.host.engine.CompiledModule;
import io.gatewaywasm.host.engine.EngineOptions;
import io.gatewaywasm.host.engine.ModuleException;
import org.jspecify.annotations.Nullable;

/**
 * The module of a filter, compiled when it is first needed and then kept.
 */
final class FilterModule {

	private static final String CLASSPATH = "classpath:";

	private final String location;

	private @Nullable CompiledModule compiled;

	FilterModule(String location) {
		this.location = location;
	}

	/**
	 * Return the name of the file, for the filter's own name.
	 * @return the name without its extension
	 */
	String name() {
		String file = this.location.substring(this.location.lastIndexOf('/') + 1);
		return file.endsWith(".wasm") ? file.substring(0, file.length() - ".wasm".length()) : file;
	}

	synchronized CompiledModule compiled() {
		CompiledModule module = this.compiled;
		if (module == null) {
			module = compile();
			this.compiled = module;
		}
		return module;
	}

	private CompiledModule compile() {
		try {
			return ChicoryEngine.create(EngineOptions.defaults()).compile(read());
		}
		catch (ModuleException ex) {
			throw new FilterStartException(this.location + ": " + ex.getMessage(), ex);
		}
	}

	private byte[] read() {
		try {
			return this.location.startsWith(CLASSPATH) ? resource(this.location.substring(CLASSPATH.length()))
					: Files.readAllBytes(Path.of(this.location));
		}
		catch (NoSuchFileException ex) {
			throw new FilterStartException(
					this.location + " does not exist: was the filter built? Paths are relative to "
							+ Path.of("").toAbsolutePath() + ".",
					ex);
		}
		catch (IOException ex) {
			throw new FilterStartException(this.location + " cannot be read: " + ex.getMessage(), ex);
		}
	}

	private static byte[] resource(String name) throws IOException {
		ClassLoader loader = Thread.currentThread().getContextClassLoader();
		String absolute = name.startsWith("/") ? name.substring(1) : name;
		try (InputStream input = loader.getResourceAsStream(absolute)) {
			if (input == null) {
				throw new IOException(
						"there is no such resource on the class path. Put the file into src/test/resources,"
								+ " or name it by its path, without 'classpath:'.");
			}
			return input.readAllBytes();
		}
	}

	@Override
	public String toString() {
		return this.location;
	}

}
