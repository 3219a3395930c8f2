package io.gatewaywasm.host.engine.chicory;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import io.gatewaywasm.host.engine.CompiledModule;
import io.gatewaywasm.host.engine.EngineOptions;
import io.gatewaywasm.host.engine.GuestTrapException;
import io.gatewaywasm.host.engine.ModuleBytes;
import io.gatewaywasm.host.engine.ModuleException;
import io.gatewaywasm.host.engine.ModuleInstance;
import io.gatewaywasm.host.engine.PrecompiledModule;
import io.gatewaywasm.host.engine.WasmEngine;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for modules that are compiled at build time.
 */
class PrecompiledModuleTests {

	private static final String GUEST = """
			(module (import "env" "f" (func (param i32) (result i32))) (memory 1) (data (i32.const 3) "x")
			  (func (export "g") (result i32) (call 0 (i32.load8_u (i32.const 3))))
			  (func (export "panic") (unreachable)))""";

	private static final List<String> COMPILER = List.of("com.dylibso.chicory.compiler.", "org.objectweb.asm.");

	@TempDir
	static Path build;

	private static byte[] wasm;

	@BeforeAll
	static void build() throws Exception {
		wasm = NameSection.append(TestModules.binary(GUEST), Map.of(2, "main.panic"));
		PrecompiledModule module = ChicoryEngine.create(EngineOptions.defaults()).precompile(wasm);
		write(module.classFiles());
		write(module.resources());
	}

	private static void write(Map<String, byte[]> files) throws IOException {
		for (Map.Entry<String, byte[]> file : files.entrySet()) {
			Path path = build.resolve(file.getKey());
			Files.createDirectories(path.getParent());
			Files.write(path, file.getValue());
		}
	}

	@Test
	void moduleFromTheBuildRunsLikeOneCompiledNow() throws Exception {
		try (URLClassLoader application = new URLClassLoader(new URL[] { build.toUri().toURL() },
				getClass().getClassLoader())) {
			WasmEngine engine = ChicoryEngine.create(EngineOptions.defaults().withClassLoader(application));
			assertThat(engine.isCached(ModuleBytes.of(wasm))).isTrue();
			CompiledModule module = engine.compile(wasm);
			assertThat(module.report().cached()).isTrue();
			assertThat(module.report().functions()).isEqualTo(2);
			ModuleInstance instance = module.instantiate((functionImport) -> (memory, arguments) -> arguments[0] + 1,
					TestModules.MEBIBYTE);
			assertThat(TestModules.call(instance, "g")).isEqualTo('x' + 1);
			assertThatExceptionOfType(GuestTrapException.class).isThrownBy(() -> TestModules.call(instance, "panic"))
				.satisfies((ex) -> assertThat(ex.guestStack()).containsExactly("main.panic"));
		}
	}

	@Test
	void moduleFromTheBuildNeedsNoCompiler() throws Exception {
		try (WithoutCompiler application = new WithoutCompiler()) {
			assertThat(application.loadClass("io.gatewaywasm.host.engine.chicory.PrecompiledModuleTests$Application")
				.getMethod("run", byte[].class)
				.invoke(null, wasm)).isEqualTo("120");
		}
	}

	@Test
	void otherModuleIsRefusedWithoutCompiler() throws Exception {
		byte[] other = TestModules.binary("(module (memory 1))");
		try (WithoutCompiler application = new WithoutCompiler()) {
			assertThat(application.loadClass("io.gatewaywasm.host.engine.chicory.PrecompiledModuleTests$Application")
				.getMethod("run", byte[].class)
				.invoke(null, other)
				.toString()).contains("was not compiled at build time", "the run time has no compiler");
		}
	}

	@Test
	void moduleOfAnotherVersionIsCompiledAgain() throws Exception {
		Path resource;
		try (Stream<Path> files = Files.list(build.resolve("META-INF/gateway-wasm/modules"))) {
			resource = files.findFirst().orElseThrow();
		}
		byte[] good = Files.readAllBytes(resource);
		try (URLClassLoader application = new URLClassLoader(new URL[] { build.toUri().toURL() },
				getClass().getClassLoader())) {
			Files.write(resource, "of another version".getBytes(StandardCharsets.UTF_8));
			WasmEngine engine = ChicoryEngine.create(EngineOptions.defaults().withClassLoader(application));
			assertThat(engine.isCached(ModuleBytes.of(wasm))).isTrue();
			CompiledModule module = engine.compile(wasm);
			assertThat(module.report().cached()).isFalse();
		}
		finally {
			Files.write(resource, good);
		}
	}

	/** The part of an application that runs its module. */
	public static final class Application {

		private Application() {
		}

		public static String run(byte[] wasm) throws Exception {
			try {
				ModuleInstance instance = ChicoryEngine.create(EngineOptions.defaults())
					.compile(wasm)
					.instantiate((functionImport) -> (memory, arguments) -> arguments[0], TestModules.MEBIBYTE);
				return Long.toString(TestModules.call(instance, "g"));
			}
			catch (ModuleException ex) {
				return String.valueOf(ex.getMessage());
			}
		}

	}

	/**
	 * A class path with the compiled module, but without the compiler and its libraries.
	 */
	private static final class WithoutCompiler extends URLClassLoader {

		WithoutCompiler() throws IOException {
			super(classPath(), ClassLoader.getPlatformClassLoader());
		}

		private static URL[] classPath() throws IOException {
			Stream.Builder<Path> paths = Stream.builder();
			paths.add(build);
			for (String path : System.getProperty("java.class.path").split(java.io.File.pathSeparator)) {
				paths.add(Path.of(path));
			}
			return paths.build().map(WithoutCompiler::url).toArray(URL[]::new);
		}

		private static URL url(Path path) {
			try {
				return path.toUri().toURL();
			}
			catch (IOException ex) {
				throw new IllegalStateException(ex);
			}
		}

		@Override
		protected Class<?> findClass(String name) throws ClassNotFoundException {
			if (COMPILER.stream().anyMatch(name::startsWith)) {
				throw new ClassNotFoundException(name);
			}
			return super.findClass(name);
		}

	}

}
