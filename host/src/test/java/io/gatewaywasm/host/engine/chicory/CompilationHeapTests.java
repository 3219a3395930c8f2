package io.gatewaywasm.host.engine.chicory;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import io.gatewaywasm.host.engine.ModuleException;
import io.gatewaywasm.host.engine.binary.WasmBinary;
import io.gatewaywasm.host.engine.heap.TestHeapView;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.objectweb.asm.Label;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.MethodNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class CompilationHeapTests {

	@Test
	@Timeout(180)
	void compilationThatDoesNotFitBesideAnotherWaitsForIt() throws Exception {
		CompilationHeap compilations = new CompilationHeap(TestHeapView.heap(10_000));
		WasmBinary binary = binaryThatNeeds(6000);
		CompilationHeap.Reservation first = compilations.reserve(binary, 0, Duration.ZERO);
		ExecutorService executor = Executors.newSingleThreadExecutor();
		Future<CompilationHeap.Reservation> waiting = executor
			.submit(() -> compilations.reserve(binary, 0, Duration.ofMinutes(1)));
		executor.shutdown();
		while (!compilations.hasWaiting()) {
			Thread.sleep(1);
		}
		assertThatExceptionOfType(HeapSpaceException.class).as("one that may not wait")
			.isThrownBy(() -> compilations.reserve(binary, 0, Duration.ofMillis(1)));
		CompilationHeap.Reservation small = compilations.reserve(binaryThatNeeds(1000), 0, Duration.ZERO);
		assertThat(waiting.isDone()).isFalse();
		small.close();
		first.close();
		waiting.get().close();
		compilations.reserve(binary, 0, Duration.ZERO).close();
	}

	@Test
	@Timeout(180)
	void compilationThatWaitsCanBeInterrupted() throws Exception {
		CompilationHeap compilations = new CompilationHeap(TestHeapView.heap(10_000));
		compilations.reserve(binaryThatNeeds(6000), 0, Duration.ZERO);
		Thread.currentThread().interrupt();
		assertThatExceptionOfType(HeapSpaceException.class)
			.isThrownBy(() -> compilations.reserve(binaryThatNeeds(6000), 0, Duration.ofMinutes(1)));
		assertThat(Thread.interrupted()).isTrue();
	}

	@Test
	@Timeout(180)
	void compilationThatDoesNotFitAloneDoesNotWait() {
		CompilationHeap compilations = new CompilationHeap(TestHeapView.heap(10_000));
		assertThatExceptionOfType(HeapSpaceException.class)
			.isThrownBy(() -> compilations.reserve(binaryThatNeeds(12_000), 0, Duration.ofMinutes(5)))
			.withMessageContaining("Raise -Xmx");
	}

	@Test
	void elementsAreCountedWithWhatTheyNeedWhenTheyAreParsed() throws Exception {
		CompilationHeap compilations = new CompilationHeap(TestHeapView.heap(10_000));
		byte[] module = new byte[10 + 100];
		System.arraycopy(new byte[] { 0, 'a', 's', 'm', 1, 0, 0, 0, 9, 100 }, 0, module, 0, 10);
		assertThatExceptionOfType(HeapSpaceException.class)
			.isThrownBy(() -> compilations.reserve(WasmBinary.of(module), 0, Duration.ZERO));
		compilations.reserve(WasmBinary.of(new byte[] { 0, 'a', 's', 'm', 1, 0, 0, 0, 9, 1, 0 }), 0, Duration.ZERO)
			.close();
	}

	private static WasmBinary binaryThatNeeds(int bytes) throws ModuleException {
		return WasmBinary.of(CompileLimitTests.module(1, List.of(new byte[bytes / 60 - 4])));
	}

	@Test
	void largeMethodStaysAsItIsIfTheHeapHasNoSpaceForTheWork() {
		CompileDeadline deadline = CompileDeadline.after(Duration.ofMinutes(1));
		MethodNode method = largeMethod();
		int instructions = method.instructions.size();
		assertThat(MethodParts.split(method, "Owner", deadline, TestHeapView.heap(1 << 20))).isEmpty();
		assertThat(method.instructions.size()).isEqualTo(instructions);
		assertThat(MethodParts.split(method, "Owner", deadline, TestHeapView.heap(100 << 20))).isNotEmpty();
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

}
