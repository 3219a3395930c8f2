package io.gatewaywasm.host.engine;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.objectweb.asm.Label;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.MethodNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class JavaHeapTests {

	private static final int SIZE = 1000;

	private final TestView view = new TestView();

	private long time;

	private final JavaHeap heap = new JavaHeap(this.view, () -> this.time);

	@Test
	void arrayThatFitsBesideGarbageNeedsNoCollection() {
		this.view.used = 8000;
		assertThat(this.heap.allocate(SIZE)).hasSize(SIZE);
		assertThat(this.view.collections).isZero();
	}

	@Test
	void youngGarbageNeedsNoCollection() {
		this.view.used = 9990;
		this.view.retained = 500;
		assertThat(this.heap.allocate(SIZE)).hasSize(SIZE);
		assertThat(this.view.collections).isZero();
	}

	@Test
	void garbageIsCollectedBeforeAnArrayIsRefused() {
		this.view.fill(9500);
		this.view.live = 3000;
		assertThat(this.heap.allocate(SIZE)).hasSize(SIZE);
		assertThat(this.view.collections).isEqualTo(1);
	}

	@Test
	void arrayIsRefusedIfTooMuchIsLive() {
		this.view.fill(9500);
		this.view.live = 9001;
		assertThat(this.heap.allocate(SIZE)).isNull();
		this.view.live = 8900;
		this.time += Duration.ofSeconds(2).toNanos();
		assertThat(this.heap.allocate(SIZE)).hasSize(SIZE);
	}

	@Test
	void headroomStaysFree() {
		this.view.headroom = 1000;
		this.view.fill(8500);
		this.view.live = 8500;
		assertThat(this.heap.allocate(SIZE)).isNull();
	}

	@Test
	void copyCountsBesideItsSourceUntilThatIsReleased() {
		this.view.fill(10_000);
		this.view.live = 0;
		byte[] array = this.heap.allocate(4000);
		assertThat(array).isNotNull();
		byte[] copy = this.heap.copyOf(array, 5000);
		assertThat(copy).hasSize(5000);
		this.view.live = 9000;
		assertThat(this.heap.allocate(2000)).isNull();
		this.heap.release(array);
		this.time += Duration.ofMillis(1).toNanos();
		this.view.live = 5000;
		assertThat(this.heap.allocate(4000)).hasSize(4000);
	}

	@Test
	void arraysSinceTheLastMeasurementCount() {
		this.view.fill(10_000);
		this.view.live = 1000;
		this.view.collectionTime = Duration.ofSeconds(2);
		assertThat(this.heap.allocate(4000)).isNotNull();
		assertThat(this.heap.allocate(4000)).isNotNull();
		assertThat(this.view.collections).isEqualTo(1);
		this.view.live = 9000;
		assertThat(this.heap.allocate(4000)).isNull();
		assertThat(this.view.collections).isEqualTo(2);
	}

	@Test
	void collectionsTakeATwentiethOfTheTimeAtMost() {
		this.view.fill(10_000);
		this.view.live = 10_000;
		this.view.collectionTime = Duration.ofMillis(100);
		while (this.time < Duration.ofMinutes(10).toNanos()) {
			assertThat(this.heap.allocate(SIZE)).isNull();
			this.time += Duration.ofMillis(10).toNanos();
		}
		assertThat(this.view.collections).isBetween(200, 320);
	}

	@Test
	void collectionsThatFreeEnoughAreNotLimited() {
		this.view.fill(10_000);
		this.view.live = 1000;
		this.view.collectionTime = Duration.ofSeconds(2);
		for (int i = 1; i <= 20; i++) {
			byte[] array = this.heap.allocate(4000);
			assertThat(array).isNotNull();
			this.heap.release(array);
			this.time += Duration.ofSeconds(1).toNanos();
			assertThat(this.view.collections).isEqualTo(i);
		}
	}

	@Test
	void promiseIsNotRefusedBecauseGuestsCausedManyCollections() {
		this.view.fill(10_000);
		this.view.live = 7000;
		this.view.collectionTime = Duration.ofSeconds(2);
		assertThat(this.heap.allocate(5000)).isNull();
		this.time += Duration.ofSeconds(1).toNanos();
		assertThat(this.heap.allocate(2000)).isNull();
		assertThat(this.heap.promise(2000, 1)).isNotNull();
		assertThat(this.view.collections).isEqualTo(2);
	}

	@Test
	void promiseForWorkThatCanBeLeftOutIsRefusedWithoutFurtherCollections() {
		this.view.fill(10_000);
		this.view.live = 7000;
		this.view.collectionTime = Duration.ofSeconds(2);
		assertThat(this.heap.allocate(5000)).isNull();
		this.time += Duration.ofSeconds(1).toNanos();
		assertThat(this.heap.promiseIfFree(2000, 1)).isNull();
		assertThat(this.view.collections).isEqualTo(1);
		this.view.fill(7000);
		JavaHeap.Promise promise = this.heap.promiseIfFree(2000, 10);
		assertThat(promise).isNotNull();
		assertThat(this.heap.promiseIfFree(2000, 10)).isNull();
		promise.close();
		assertThat(this.heap.promiseIfFree(2000, 10)).isNotNull();
	}

	@Test
	void largeMethodStaysAsItIsIfTheHeapHasNoSpaceForTheWork() {
		CompileDeadline deadline = CompileDeadline.after(Duration.ofMinutes(1));
		this.view.capacity = 1 << 20;
		MethodNode method = largeMethod();
		int instructions = method.instructions.size();
		assertThat(MethodParts.split(method, "Owner", deadline, this.heap)).isEmpty();
		assertThat(method.instructions.size()).isEqualTo(instructions);
		this.view.capacity = 100 << 20;
		assertThat(MethodParts.split(method, "Owner", deadline, this.heap)).isNotEmpty();
	}

	/** Returns a method that changes one variable again and again. */
	private static MethodNode largeMethod() {
		MethodNode method = new MethodNode(Opcodes.ACC_STATIC, "func_0", "(J)J", null, null);
		for (int i = 0; i < 2000; i++) {
			if (i % 20 == 0) {
				method.visitLabel(new Label());
				method.visitFrame(Opcodes.F_NEW, 1, new Object[] { Opcodes.LONG }, 0, new Object[0]);
			}
			method.visitVarInsn(Opcodes.LLOAD, 0);
			method.visitLdcInsn(123_456_789L);
			method.visitInsn(Opcodes.LADD);
			method.visitVarInsn(Opcodes.LSTORE, 0);
		}
		method.visitVarInsn(Opcodes.LLOAD, 0);
		method.visitInsn(Opcodes.LRETURN);
		method.visitMaxs(4, 2);
		return method;
	}

	@Test
	void objectsThatAreOnlyClaimedCountToo() {
		this.view.fill(10_000);
		this.view.live = 1000;
		this.view.collectionTime = Duration.ofSeconds(2);
		assertThat(this.heap.claim(6000, 2)).isTrue();
		this.view.live = 7000;
		assertThat(this.heap.claim(6000, 2)).isFalse();
	}

	@Test
	void promisesAddUpUntilTheyEnd() {
		JavaHeap.Promise promise = this.heap.promise(6000, 3);
		assertThat(promise).isNotNull();
		assertThat(this.heap.promise(6000, 3)).isNull();
		assertThat(this.heap.allocate(5000)).isNull();
		assertThat(this.heap.allocate(3000)).isNotNull();
		promise.close();
		assertThat(this.heap.promise(6000, 3)).isNotNull();
	}

	@Test
	@Timeout(180)
	void compilationThatDoesNotFitBesideAnotherWaitsForIt() throws Exception {
		CompilationHeap compilations = new CompilationHeap(this.heap);
		WasmBinary binary = binaryThatNeeds(6000);
		CompilationHeap.Claim first = compilations.claim(binary, 0, Duration.ZERO);
		ExecutorService executor = Executors.newSingleThreadExecutor();
		Future<CompilationHeap.Claim> waiting = executor
			.submit(() -> compilations.claim(binary, 0, Duration.ofMinutes(1)));
		executor.shutdown();
		while (!compilations.hasWaiting()) {
			Thread.sleep(1);
		}
		assertThatExceptionOfType(HeapSpaceException.class).as("one that may not wait")
			.isThrownBy(() -> compilations.claim(binary, 0, Duration.ofMillis(1)));
		CompilationHeap.Claim small = compilations.claim(binaryThatNeeds(1000), 0, Duration.ZERO);
		assertThat(waiting.isDone()).isFalse();
		small.close();
		first.close();
		waiting.get().close();
		compilations.claim(binary, 0, Duration.ZERO).close();
	}

	@Test
	@Timeout(180)
	void compilationThatWaitsCanBeInterrupted() throws Exception {
		CompilationHeap compilations = new CompilationHeap(this.heap);
		compilations.claim(binaryThatNeeds(6000), 0, Duration.ZERO);
		Thread.currentThread().interrupt();
		assertThatExceptionOfType(HeapSpaceException.class)
			.isThrownBy(() -> compilations.claim(binaryThatNeeds(6000), 0, Duration.ofMinutes(1)));
		assertThat(Thread.interrupted()).isTrue();
	}

	@Test
	@Timeout(180)
	void compilationThatDoesNotFitAloneDoesNotWait() {
		CompilationHeap compilations = new CompilationHeap(this.heap);
		assertThatExceptionOfType(HeapSpaceException.class)
			.isThrownBy(() -> compilations.claim(binaryThatNeeds(12_000), 0, Duration.ofMinutes(5)))
			.withMessageContaining("Raise -Xmx");
	}

	@Test
	void elementsAreCountedWithWhatTheyNeedWhenTheyAreParsed() throws Exception {
		CompilationHeap compilations = new CompilationHeap(this.heap);
		byte[] module = new byte[10 + 100];
		System.arraycopy(new byte[] { 0, 'a', 's', 'm', 1, 0, 0, 0, 9, 100 }, 0, module, 0, 10);
		assertThatExceptionOfType(HeapSpaceException.class)
			.isThrownBy(() -> compilations.claim(WasmBinary.of(module), 0, Duration.ZERO));
		compilations.claim(WasmBinary.of(new byte[] { 0, 'a', 's', 'm', 1, 0, 0, 0, 9, 1, 0 }), 0, Duration.ZERO)
			.close();
	}

	private static WasmBinary binaryThatNeeds(int bytes) throws ModuleException {
		return WasmBinary.of(CompileLimitTests.module(1, List.of(new byte[bytes / 60 - 4])));
	}

	@Test
	void largeArrayIsRefusedIfNoPieceOfTheHeapIsLargeEnoughAndTheJvmWouldEnd() {
		this.view.movable = SIZE;
		this.view.fatal = true;
		this.view.fill(6000);
		this.view.live = 6000;
		this.view.largestFree = 1000;
		assertThat(this.heap.allocate(2000)).isNull();
		this.view.largestFree = 2000;
		assertThat(this.heap.allocate(2000)).isNotNull();
	}

	@Test
	void heapThatIsNearlyEmptyIsNotLookedThrough() {
		this.view.movable = SIZE;
		this.view.fatal = true;
		this.view.largestFree = -1;
		assertThat(this.heap.allocate(1500)).isNotNull();
	}

	@Test
	void jvmThatSurvivesDecidesAboutPieces() {
		this.view.movable = SIZE;
		this.view.fill(6000);
		this.view.live = 6000;
		assertThat(this.heap.allocate(2000)).isNotNull();
	}

	@Test
	void longestRunOfFreeRegionsIsRead() {
		String report = """
				Heap Regions: E=young(eden), F=free
				|   0|0xe0000000, 0xe00fd9d8, 0xe0100000| 99%| O|  |TAMS 0xe00fd9d8, 0xe0000000| Untracked
				|   1|0xe0100000, 0xe0200000, 0xe0200000|100%|HS|  |TAMS 0xe0200000, 0xe0100000| Untracked
				|   2|0xe0200000, 0xe0200000, 0xe0300000|  0%| F|  |TAMS 0xe0200000, 0xe0200000| Untracked
				|   3|0xe0300000, 0xe0300000, 0xe0400000|  0%| F|  |TAMS 0xe0300000, 0xe0300000| Untracked
				|   7|0xe0700000, 0xe0800000, 0xe0800000|100%| E|CS|TAMS 0xe0700000, 0xe0700000| Complete
				""";
		assertThat(G1Regions.largestFree(report, 8)).as("regions that are not committed are free").isEqualTo(5);
		assertThat(G1Regions.largestFree(report, 20)).isEqualTo(12);
		assertThat(G1Regions.largestFree("no regions", 20)).isZero();
	}

	@Test
	void shortfallIsToldOnlyIfTheJvmWouldEnd() {
		this.view.headroom = 100 << 20;
		this.view.capacity = 1000 << 20;
		this.view.fill(100 << 20);
		List<String> options = List.of("-XX:+ExitOnOutOfMemoryError");
		long mebibyte = 1 << 20;
		assertThat(new HeapCapacity(this.view, List.of()).shortfall(900 * mebibyte, 256 * mebibyte)).isNull();
		HeapCapacity capacity = new HeapCapacity(this.view, options);
		assertThat(capacity.shortfall(400 * mebibyte, 256 * mebibyte)).isNull();
		assertThat(capacity.shortfall(544 * mebibyte, 256 * mebibyte)).isNull();
		assertThat(capacity.shortfall(545 * mebibyte, 256 * mebibyte)).contains("'gateway.wasm.max-memory' (545MB)")
			.contains("-XX:+ExitOnOutOfMemoryError")
			.contains("to at most 544MB")
			.contains("-Xmx");
		assertThat(capacity.shortfall(401 * mebibyte, Long.MAX_VALUE)).contains("to at most 400MB");
	}

	private final class TestView implements HeapView {

		private long capacity = 10_000;

		private long headroom;

		private long used;

		private long retained;

		private long live;

		private long movable = Long.MAX_VALUE;

		private long largestFree;

		private boolean fatal;

		private Duration collectionTime = Duration.ZERO;

		private int collections;

		private boolean collected;

		private void fill(long bytes) {
			this.used = bytes;
			this.retained = bytes;
		}

		@Override
		public long capacity() {
			return this.capacity;
		}

		@Override
		public long headroom() {
			return this.headroom;
		}

		/**
		 * Simulates other threads that fill the heap with garbage right after it was
		 * measured.
		 */
		@Override
		public long used() {
			boolean measured = this.collected;
			this.collected = false;
			return measured ? this.live : this.used;
		}

		@Override
		public long retained() {
			return this.retained;
		}

		@Override
		public long footprint(long length) {
			return length;
		}

		@Override
		public boolean isImmovable(long length) {
			return length > this.movable;
		}

		@Override
		public long largestFree() {
			assertThat(this.largestFree).isNotNegative();
			return this.largestFree;
		}

		@Override
		public boolean exhaustionIsFatal() {
			return this.fatal;
		}

		@Override
		public boolean collect() {
			this.collections++;
			JavaHeapTests.this.time += this.collectionTime.toNanos();
			this.collected = true;
			return true;
		}

	}

}
