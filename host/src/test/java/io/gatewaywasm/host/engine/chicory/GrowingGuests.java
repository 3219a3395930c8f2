package io.gatewaywasm.host.engine.chicory;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import io.gatewaywasm.host.engine.CompiledModule;
import io.gatewaywasm.host.engine.EngineOptions;
import io.gatewaywasm.host.engine.Linker;
import io.gatewaywasm.host.engine.ModuleException;
import io.gatewaywasm.host.engine.ModuleInstance;
import io.gatewaywasm.host.limits.MemoryBudget;

/**
 * The program of a {@link HeapExhaustionTests} child process: guests grow while live
 * objects of an application occupy the heap. Ends with {@value #DONE} if the JVM
 * survives.
 */
final class GrowingGuests {

	static final String DONE = "survived, growths refused: ";

	private static final int MEBIBYTE = 1 << 20;

	private static final int PAGES_PER_MEBIBYTE = 16;

	private static final Linker NONE = (functionImport) -> (memory, arguments) -> 0;

	private final CompiledModule module;

	private final MemoryBudget budget;

	private final List<ModuleInstance> instances = new ArrayList<>();

	private int refused;

	private GrowingGuests(CompiledModule module, MemoryBudget budget) {
		this.module = module;
		this.budget = budget;
	}

	/**
	 * Runs a scenario. Arguments: the module in hexadecimal, the application's mebibytes,
	 * the maximum for all guests, the scenario and its numbers.
	 */
	public static void main(String[] arguments) throws Exception {
		byte[] wasm = HexFormat.of().parseHex(arguments[0]);
		List<byte[]> application = new ArrayList<>();
		for (int i = 0; i < Integer.parseInt(arguments[1]) * 16; i++) {
			application.add(new byte[MEBIBYTE / 16]);
		}
		MemoryBudget budget = new MemoryBudget(Long.parseLong(arguments[2]) * MEBIBYTE, null);
		GrowingGuests guests = new GrowingGuests(ChicoryEngine.create(EngineOptions.defaults()).compile(wasm), budget);
		int[] numbers = List.of(arguments).subList(4, arguments.length).stream().mapToInt(Integer::parseInt).toArray();
		switch (arguments[3]) {
			case "steps" -> guests.growInSteps(numbers[0], numbers[1]);
			case "turns" -> guests.growInTurns(numbers[0], numbers[1], numbers[2]);
			case "gaps" -> guests.leaveGaps(numbers[0], numbers[1]);
			case "restore" -> guests.growAndRestore(numbers[0], numbers[1]);
			case "instances" -> guests.start(numbers[0], numbers[1]);
			case "compile" -> guests.compile(numbers[0]);
			case "errors" -> guests.compileInvalid(CodeBoundsTests.errors(numbers[0]));
			case "locals" -> guests.compileInvalid(CodeBoundsTests.locals(numbers[0], numbers[1]));
			case "compiles" -> guests.compileInThreads(numbers[0], numbers[1]);
			case "threads" -> guests.growInThreads(numbers[0], numbers[1], numbers[2]);
			case "tables" -> guests.growTables(numbers[0], numbers[1]);
			default -> throw new IllegalArgumentException(arguments[3]);
		}
		System.out.println(DONE + guests.refused + " of application " + application.size());
	}

	private ModuleInstance start(boolean restorable) throws ModuleException {
		ModuleInstance instance = this.module.instantiate(NONE, Long.MAX_VALUE, restorable, this.budget);
		this.instances.add(instance);
		return instance;
	}

	private void grow(ModuleInstance instance, int pages) {
		this.refused += (TestModules.call(instance, "grow", pages) < 0) ? 1 : 0;
	}

	/** One guest grows. */
	private void growInSteps(int mebibytes, int steps) throws ModuleException {
		ModuleInstance instance = start(false);
		for (int i = 0; i < steps; i++) {
			grow(instance, mebibytes * PAGES_PER_MEBIBYTE);
		}
	}

	/** Several guests grow alternately, each time by a little more. */
	private void growInTurns(int guests, int mebibytes, int turns) throws ModuleException {
		for (int i = 0; i < guests; i++) {
			start(false);
		}
		for (int i = 0; i < turns; i++) {
			for (ModuleInstance instance : this.instances) {
				grow(instance, mebibytes * PAGES_PER_MEBIBYTE + i);
			}
		}
	}

	/**
	 * Small guests occupy the gaps between the arrays of a growing guest, which then
	 * needs an array that fits in no gap.
	 */
	private void leaveGaps(int guests, int mebibytes) throws ModuleException {
		ModuleInstance large = start(false);
		for (int i = 0; i < guests; i++) {
			grow(large, mebibytes * PAGES_PER_MEBIBYTE);
			grow(start(false), PAGES_PER_MEBIBYTE);
		}
		for (int i = 0; i < guests; i++) {
			grow(large, mebibytes * PAGES_PER_MEBIBYTE);
		}
	}

	/** A restorable guest grows again and again. */
	private void growAndRestore(int mebibytes, int times) throws ModuleException {
		ModuleInstance instance = start(true);
		grow(instance, mebibytes * PAGES_PER_MEBIBYTE);
		TestModules.call(instance, "fill", mebibytes << 20);
		try {
			instance.capture();
			for (int i = 0; i < times; i++) {
				grow(instance, mebibytes * PAGES_PER_MEBIBYTE);
				instance.restore();
			}
		}
		catch (ModuleException ex) {
			this.refused++;
		}
	}

	/**
	 * The validator would keep an exception for each error, and the parser each variable.
	 */
	private void compileInvalid(byte[] wasm) {
		try {
			ChicoryEngine.create(EngineOptions.defaults()).compile(wasm);
		}
		catch (ModuleException ex) {
			this.refused++;
		}
	}

	/** Guests with a large initial memory are started and ended. */
	private void start(int mebibytes, int times) {
		for (int i = 0; i < times; i++) {
			try {
				grow(start(false), mebibytes * PAGES_PER_MEBIBYTE);
			}
			catch (ModuleException ex) {
				this.refused++;
			}
			if (i % 4 == 3) {
				this.instances.remove(0).close();
			}
		}
	}

	/** Guests grow at the same time while other threads create garbage. */
	private void growInThreads(int guests, int mebibytes, int steps) throws Exception {
		AtomicInteger failed = new AtomicInteger();
		AtomicBoolean running = new AtomicBoolean(true);
		List<Thread> threads = new ArrayList<>();
		for (int i = 0; i < guests; i++) {
			ModuleInstance instance = start(false);
			threads.add(new Thread(() -> {
				for (int j = 0; j < steps; j++) {
					boolean ok = TestModules.call(instance, "grow", mebibytes * PAGES_PER_MEBIBYTE) >= 0;
					failed.addAndGet(ok ? 0 : 1);
				}
			}));
		}
		Thread other = new Thread(() -> {
			List<byte[]> recent = new LinkedList<>();
			while (running.get()) {
				recent.add(new byte[10_000]);
				if (recent.size() > 500) {
					recent.remove(0);
				}
			}
		});
		other.start();
		threads.forEach(Thread::start);
		for (Thread thread : threads) {
			thread.join();
		}
		running.set(false);
		other.join();
		this.refused += failed.get();
	}

	private void compile(int functions) {
		this.refused += isCompiled(functions) ? 0 : 1;
	}

	private static boolean isCompiled(int functions) {
		byte[] nothing = new byte[60_000];
		Arrays.fill(nothing, (byte) 1);
		try {
			ChicoryEngine.create(EngineOptions.defaults())
				.compile(CompileLimitTests.module(1, Collections.nCopies(functions, nothing)));
			return true;
		}
		catch (ModuleException ex) {
			return false;
		}
	}

	/** Modules that fit into memory one at a time are compiled at the same time. */
	private void compileInThreads(int modules, int functions) throws InterruptedException {
		List<Thread> threads = new ArrayList<>();
		AtomicInteger failed = new AtomicInteger();
		for (int i = 0; i < modules; i++) {
			Thread thread = new Thread(() -> failed.addAndGet(isCompiled(functions) ? 0 : 1));
			thread.start();
			threads.add(thread);
		}
		for (Thread thread : threads) {
			thread.join();
		}
		this.refused += failed.get();
	}

	private void growTables(int elements, int times) throws ModuleException {
		for (int i = 0; i < times; i++) {
			try {
				ModuleInstance instance = start(false);
				this.refused += (TestModules.call(instance, "table", elements) < 0) ? 1 : 0;
			}
			catch (ModuleException ex) {
				this.refused++;
			}
		}
	}

}
