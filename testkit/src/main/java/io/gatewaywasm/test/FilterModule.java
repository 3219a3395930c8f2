package io.gatewaywasm.test;

import java.io.IOException;
import java.io.InputStream;
import java.lang.ref.SoftReference;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.gatewaywasm.host.engine.CompiledModule;
import io.gatewaywasm.host.engine.EngineOptions;
import io.gatewaywasm.host.engine.ModuleBytes;
import io.gatewaywasm.host.engine.ModuleException;
import io.gatewaywasm.host.engine.WasmEngine;
import io.gatewaywasm.test.service.RealTime;
import org.jspecify.annotations.Nullable;

/**
 * The module of a filter. It is compiled when it is first needed, and then kept.
 */
final class FilterModule {

	private static final String CLASSPATH = "classpath:";

	private static final String FILE = "file:";

	private final String location;

	/** The bytes, or {@code null} if the location has them. */
	private final byte @Nullable [] bytes;

	/**
	 * The compiled modules of this JVM by digest, which test classes of the same filter
	 * share.
	 */
	private static final Map<String, SoftReference<CompiledModule>> COMPILED = new ConcurrentHashMap<>();

	private @Nullable CompiledModule compiled;

	FilterModule(String location) {
		this(location, null);
	}

	FilterModule(String location, byte @Nullable [] bytes) {
		this.location = location;
		this.bytes = bytes;
	}

	/**
	 * Returns the name of the file without its extension, which is the default name of
	 * the filter.
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
			return compile(ModuleBytes.of(read()));
		}
		catch (ModuleException ex) {
			throw new FilterStartException(this.location + ": " + ex.getMessage(), ex);
		}
	}

	private CompiledModule compile(ModuleBytes bytes) throws ModuleException {
		SoftReference<CompiledModule> reference = COMPILED.get(bytes.sha256());
		CompiledModule module = (reference != null) ? reference.get() : null;
		if (module == null) {
			Path cache = Boolean.getBoolean("gatewaywasm.test.no-cache") ? null : EngineOptions.userCacheDirectory();
			module = compile(bytes, WasmEngine.create(EngineOptions.defaults().withCacheDirectory(cache)));
			COMPILED.put(bytes.sha256(), new SoftReference<>(module));
		}
		return module;
	}

	private CompiledModule compile(ModuleBytes bytes, WasmEngine engine) throws ModuleException {
		try (RealTime time = new RealTime()) {
			CompilationNotice notice = new CompilationNotice(this.location, bytes.bytes().length, time,
					System::nanoTime, System.err::println);
			try {
				return engine.compile(bytes);
			}
			finally {
				notice.end();
			}
		}
	}

	private byte[] read() {
		if (this.bytes != null) {
			return this.bytes;
		}
		try {
			return this.location.startsWith(CLASSPATH) ? resource(this.location.substring(CLASSPATH.length()))
					: Files.readAllBytes(path());
		}
		catch (NoSuchFileException ex) {
			throw new FilterStartException(
					this.location + " does not exist. " + hint() + "Check that the filter has been built."
							+ " Paths are relative to " + Path.of("").toAbsolutePath() + ".",
					ex);
		}
		catch (IOException ex) {
			throw new FilterStartException(this.location + " cannot be read: " + ex.getMessage(), ex);
		}
	}

	private Path path() {
		if (!this.location.startsWith(FILE)) {
			return Path.of(this.location);
		}
		return Path.of(this.location.substring(FILE.length()).replaceFirst("^//(?=/)", ""));
	}

	private String hint() {
		return (Thread.currentThread().getContextClassLoader().getResource(this.location) != null)
				? "Did you mean '" + CLASSPATH + this.location + "'? " : "";
	}

	private static byte[] resource(String name) throws IOException {
		ClassLoader loader = Thread.currentThread().getContextClassLoader();
		String absolute = name.startsWith("/") ? name.substring(1) : name;
		try (InputStream input = loader.getResourceAsStream(absolute)) {
			if (input == null) {
				throw new IOException("the class path has no such resource. Put the file into src/test/resources,"
						+ " or use its path without 'classpath:'.");
			}
			return input.readAllBytes();
		}
	}

	@Override
	public String toString() {
		return this.location;
	}

}
