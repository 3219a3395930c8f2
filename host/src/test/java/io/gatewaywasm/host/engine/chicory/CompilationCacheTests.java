package io.gatewaywasm.host.engine.chicory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.gatewaywasm.host.engine.CompiledModule;
import io.gatewaywasm.host.engine.EngineOptions;
import io.gatewaywasm.host.engine.GuestTrapException;
import io.gatewaywasm.host.engine.ModuleBytes;
import io.gatewaywasm.host.engine.ModuleInstance;
import io.gatewaywasm.host.engine.WasmEngine;
import io.gatewaywasm.host.engine.cache.CompilationCache;
import io.gatewaywasm.host.engine.heap.JavaHeap;
import io.gatewaywasm.host.fixture.GuestBinary;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@DisabledOnOs(OS.WINDOWS)
class CompilationCacheTests {

	private static final String GUEST = """
			(module (import "env" "f" (func (param i32) (result i32))) (memory 1) (data (i32.const 3) "x")
			  (func (export "g") (result i32) (call 0 (i32.load8_u (i32.const 3))))
			  (func (export "panic") (unreachable)))""";

	@TempDir
	Path temporary;

	@Test
	void secondEngineLoadsWhatTheFirstCompiled() throws Exception {
		byte[] wasm = NameSection.append(TestModules.binary(GUEST), Map.of(2, "main.panic"));
		CompiledModule compiled = engine().compile(wasm);
		CompiledModule loaded = engine().compile(wasm);
		assertThat(compiled.report().cached()).isFalse();
		assertThat(loaded.report().cached()).isTrue();
		assertThat(loaded.report().functions()).isEqualTo(2);
		assertThat(loaded.sha256()).isEqualTo(compiled.sha256());
		assertThat(loaded.size()).isEqualTo(wasm.length);
		assertThat(loaded.imports()).isEqualTo(compiled.imports());
		assertThat(loaded.exports()).isEqualTo(compiled.exports());
		for (CompiledModule module : List.of(compiled, loaded)) {
			ModuleInstance instance = module.instantiate((functionImport) -> (memory, arguments) -> arguments[0] + 1,
					TestModules.MEBIBYTE);
			assertThat(TestModules.call(instance, "g")).isEqualTo('x' + 1);
			assertThatExceptionOfType(GuestTrapException.class).isThrownBy(() -> TestModules.call(instance, "panic"))
				.satisfies((ex) -> assertThat(ex.guestStack()).containsExactly("main.panic"));
		}
	}

	@Test
	void realFilterIsLoaded() throws Exception {
		byte[] wasm = TestModules.filter("hello_world.wasm");
		CompiledModule compiled = engine().compile(wasm);
		CompiledModule loaded = engine().compile(wasm);
		assertThat(loaded.report().cached()).isTrue();
		assertThat(loaded.exports()).isEqualTo(compiled.exports());
		assertThat(loaded.initialMemory()).isEqualTo(compiled.initialMemory());
		ModuleInstance instance = loaded.instantiate(TestModules.ZERO, 64 * TestModules.MEBIBYTE);
		assertThat(TestModules.call(instance, "proxy_on_memory_allocate", 100)).isPositive();
	}

	@Test
	void moduleWithInterpretedFunctionIsLoaded() throws Exception {
		String body = "(local.set 0 (i32.add (call $one) (local.get 0)))\n".repeat(10_000);
		byte[] wasm = TestModules.binary("(module (import \"env\" \"f\" (func (result i32)))"
				+ " (func $one (result i32) (select (i32.const 1) (i32.const 2) (call 0)))"
				+ " (func (export \"big\") (param i32) (result i32) " + body + " (local.get 0)))");
		for (boolean cached : new boolean[] { false, true }) {
			CompiledModule module = engine().compile(wasm);
			assertThat(module.report().cached()).isEqualTo(cached);
			assertThat(module.report().interpreted()).isEqualTo(1);
			ModuleInstance instance = module.instantiate(TestModules.ZERO, 0);
			assertThat((int) TestModules.call(instance, "big", 1)).isEqualTo(1 + 20_000);
			assertThat(module.restoreObstacle()).contains("interpreter");
		}
	}

	@Test
	void moduleThatDoesNotFitIntoTheHeapNowIsRefusedAndKept() throws Exception {
		GuestBinary guest = new GuestBinary();
		guest.function(new int[0], new int[0], "run", GuestBinary.skippedAndTooLarge());
		byte[] wasm = guest.toByteArray();
		engine().compile(wasm);
		List<JavaHeap.Reservation> reservations = new ArrayList<>();
		for (long size = Runtime.getRuntime().maxMemory(); size > 1 << 18; size /= 2) {
			JavaHeap.Reservation reservation = JavaHeap.current().reserve(size, (int) (size >> 16));
			if (reservation != null) {
				reservations.add(reservation);
			}
		}
		try {
			assertThatExceptionOfType(HeapSpaceException.class).isThrownBy(() -> engine().compile(wasm));
		}
		finally {
			reservations.forEach(JavaHeap.Reservation::close);
		}
		assertThat(engine().compile(wasm).report().cached()).isTrue();
	}

	@ParameterizedTest
	@ValueSource(doubles = { 0, 0.001, 0.3, 0.7, 0.999 })
	void damagedEntryIsCompiledAgainAndReplaced(double where) throws Exception {
		byte[] wasm = TestModules.binary(GUEST);
		engine().compile(wasm);
		Path entry = entries().get(0);
		byte[] content = Files.readAllBytes(entry);
		content[(int) (content.length * where)] ^= 1;
		Files.write(entry, content);
		CompiledModule module = engine().compile(wasm);
		assertThat(module.report().cached()).isFalse();
		assertThat(TestModules.call(module.instantiate(TestModules.ZERO, TestModules.MEBIBYTE), "g")).isZero();
		assertThat(engine().compile(wasm).report().cached()).isTrue();
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 1, 11, 12, 500 })
	void truncatedEntryIsCompiledAgain(int length) throws Exception {
		byte[] wasm = TestModules.binary(GUEST);
		engine().compile(wasm);
		Path entry = entries().get(0);
		Files.write(entry, java.util.Arrays.copyOf(Files.readAllBytes(entry), length));
		assertThat(engine().compile(wasm).report().cached()).isFalse();
	}

	@Test
	void entryOfAnotherModuleIsNotUsed() throws Exception {
		engine().compile(TestModules.binary(GUEST));
		Path first = entries().get(0);
		byte[] other = TestModules.binary("(module (func (export \"other\")))");
		engine().compile(other);
		Path second = entries().stream().filter((path) -> !path.equals(first)).findFirst().orElseThrow();
		Files.copy(first, second, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
		CompiledModule module = engine().compile(other);
		assertThat(module.report().cached()).isFalse();
		assertThat(module.exports()).containsOnlyKeys("other");
	}

	@Test
	void linkInPlaceOfEntryIsNotFollowed() throws Exception {
		byte[] wasm = TestModules.binary(GUEST);
		engine().compile(wasm);
		Path entry = entries().get(0);
		Path elsewhere = this.temporary.resolve("elsewhere");
		Files.move(entry, elsewhere);
		Files.createSymbolicLink(entry, elsewhere);
		assertThat(engine().compile(wasm).report().cached()).isFalse();
		assertThat(Files.isSymbolicLink(entry)).isFalse();
	}

	@Test
	void directoryIsForItsOwnerOnly() throws Exception {
		engine().compile(TestModules.binary(GUEST));
		assertThat(mode(directory())).isEqualTo("rwx------");
		assertThat(mode(entries().get(0))).isEqualTo("rw-------");
		Files.setPosixFilePermissions(directory(), PosixFilePermissions.fromString("rwxr-xr-x"));
		assertThat(engine().compile(TestModules.binary(GUEST)).report().cached()).isTrue();
		assertThat(mode(directory())).isEqualTo("rwx------");
	}

	@Test
	void directoryThatOthersCanWriteIsNotUsed() throws Exception {
		Files.createDirectories(directory());
		Files.setPosixFilePermissions(directory(), PosixFilePermissions.fromString("rwxrwx---"));
		assertNotUsed();
	}

	@Test
	void fileInPlaceOfDirectoryIsNotFatal() throws Exception {
		Files.createDirectories(directory().getParent());
		Files.writeString(directory(), "not a directory");
		assertThat(engine().compile(TestModules.binary(GUEST)).report().cached()).isFalse();
	}

	@Test
	@DisabledOnOs(OS.WINDOWS)
	void reasonOfAnUnusableDirectoryNamesNoExceptionClass() throws Exception {
		Path file = Files.writeString(this.temporary.resolve("file"), "not a directory");
		for (Path unusable : List.of(file, file.resolve("below"), Path.of("/proc/none/below"))) {
			ListAppender<ILoggingEvent> appender = new ListAppender<>();
			Logger logger = (Logger) LoggerFactory.getLogger(CompilationCache.class);
			appender.start();
			logger.addAppender(appender);
			WasmEngine.create(EngineOptions.defaults().withCacheDirectory(unusable));
			logger.detachAppender(appender);
			assertThat(appender.list).singleElement()
				.extracting(ILoggingEvent::getFormattedMessage)
				.asString()
				.startsWith("Compiled modules are not kept: ")
				.doesNotContain("Exception");
		}
	}

	@Test
	void engineSaysWhetherAModuleIsCached() throws Exception {
		ModuleBytes module = ModuleBytes.of(TestModules.binary(GUEST));
		assertThat(engine().isCached(module)).isFalse();
		engine().compile(module);
		assertThat(engine().isCached(module)).isTrue();
	}

	@Test
	void oldestEntriesGoWhenTheCacheIsFull() throws Exception {
		engine().compile(TestModules.binary(GUEST));
		Path oldest = entries().get(0);
		long size = Files.size(oldest);
		engine().compile(TestModules.binary(GUEST.replace("unreachable", "nop")));
		Path older = entries().stream().filter((path) -> !path.equals(oldest)).findFirst().orElseThrow();
		Files.setLastModifiedTime(older, FileTime.from(Instant.now().minusSeconds(100)));
		Files.setLastModifiedTime(oldest, FileTime.from(Instant.now().minusSeconds(200)));
		engine().compile(TestModules.binary(GUEST));
		engine(size * 5 / 2).compile(TestModules.binary(GUEST.replace("\"x\"", "\"y\"")));
		assertThat(entries()).hasSize(2).contains(oldest).doesNotContain(older);
	}

	@Test
	void entryLargerThanTheCacheIsNotKept() throws Exception {
		engine(100).compile(TestModules.binary(GUEST));
		assertThat(entries()).isEmpty();
	}

	@Test
	void whatWritersLeftBehindIsRemovedLater() throws Exception {
		engine();
		Path old = Files.createFile(directory().resolve(".tmp-1"));
		Path fresh = Files.createFile(directory().resolve(".tmp-2"));
		Files.setLastModifiedTime(old, FileTime.from(Instant.now().minusSeconds(7200)));
		engine().compile(TestModules.binary(GUEST));
		assertThat(old).doesNotExist();
		assertThat(fresh).exists();
	}

	@Test
	void concurrentCompilationsGiveTheSameResult() throws Exception {
		byte[] wasm = TestModules.binary(GUEST);
		int threads = 4;
		ExecutorService executor = Executors.newFixedThreadPool(threads);
		try {
			CountDownLatch start = new CountDownLatch(threads);
			List<Future<Long>> results = Stream.generate(() -> executor.submit(() -> {
				start.countDown();
				start.await();
				return TestModules.call(engine().compile(wasm).instantiate(TestModules.ZERO, TestModules.MEBIBYTE),
						"g");
			})).limit(threads).toList();
			for (Future<Long> result : results) {
				assertThat(result.get()).isZero();
			}
		}
		finally {
			executor.shutdownNow();
		}
		assertThat(entries()).hasSize(1);
	}

	@Test
	void temporaryFilesMayVanishDuringCleaning() throws Exception {
		Logger logger = (Logger) LoggerFactory.getLogger(CompilationCache.class);
		ListAppender<ILoggingEvent> appender = new ListAppender<>();
		appender.start();
		logger.addAppender(appender);
		AtomicBoolean over = new AtomicBoolean();
		ExecutorService others = Executors.newFixedThreadPool(2);
		try {
			WasmEngine engine = engine();
			List<Future<?>> writers = Stream.<Future<?>>generate(() -> others.submit(() -> {
				while (!over.get()) {
					Files.delete(Files.createTempFile(directory(), ".tmp-", null));
				}
				return null;
			})).limit(2).toList();
			for (int i = 0; i < 60; i++) {
				engine.compile(NameSection.append(TestModules.binary(GUEST), Map.of(2, "f" + i)));
			}
			over.set(true);
			for (Future<?> writer : writers) {
				writer.get();
			}
		}
		finally {
			over.set(true);
			others.shutdown();
			logger.detachAppender(appender);
		}
		assertThat(appender.list).isEmpty();
		assertThat(entries()).hasSize(60);
	}

	private void assertNotUsed() throws Exception {
		byte[] wasm = TestModules.binary(GUEST);
		engine().compile(wasm);
		assertThat(engine().compile(wasm).report().cached()).isFalse();
	}

	private Path directory() {
		return this.temporary.resolve("a/b");
	}

	private List<Path> entries() throws IOException {
		try (Stream<Path> files = Files.list(directory())) {
			return files.toList();
		}
	}

	private String mode(Path path) throws IOException {
		return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
	}

	private WasmEngine engine() {
		return engine(256 * TestModules.MEBIBYTE);
	}

	private WasmEngine engine(long maximumSize) {
		return ChicoryEngine
			.create(EngineOptions.defaults().withCacheDirectory(directory()).withMaximumCacheSize(maximumSize));
	}

}
