package io.gatewaywasm.host.imports;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

import io.gatewaywasm.host.abi.HeaderList;
import io.gatewaywasm.host.abi.FunctionImport;
import io.gatewaywasm.host.abi.FunctionSignature;
import io.gatewaywasm.host.abi.HeaderPair;
import io.gatewaywasm.host.abi.HeaderPairs;
import io.gatewaywasm.host.abi.HeaderPairsEncoder;
import io.gatewaywasm.host.abi.HostFunction;
import io.gatewaywasm.host.abi.Status;

/**
 * Calls host functions as a guest does: with numbers, arbitrary bits in the high half of
 * an {@code i32}, and results in its memory.
 */
class FakeGuest {

	/** The address for the first result. */
	static final int FIRST = 16;

	/** The address for the second result. */
	static final int SECOND = 24;

	/** The address for the third result. */
	static final int THIRD = 32;

	/** A pointer outside the memory. */
	static final int OUTSIDE = 0xFFFF_FFF0;

	private static final int FIRST_ARGUMENT = 1024;

	private static final int RESULTS = 16;

	private static final int UNTOUCHED = 0x5555_5555;

	final FakeMemory memory = new FakeMemory(64 * 1024);

	final RecordingHost host = new RecordingHost(this.memory);

	final ImportTable table = new ImportTable(this.host);

	private int next = FIRST_ARGUMENT;

	/** A pointer and a length, passed as two arguments. */
	record Slice(int pointer, int length) {

	}

	FakeGuest() {
		for (int i = 0; i < RESULTS; i++) {
			this.memory.writeInt(4 * i, UNTOUCHED);
		}
	}

	Slice text(String text) {
		return bytes(text.getBytes(StandardCharsets.UTF_8));
	}

	Slice latin1(String text) {
		return bytes(text.getBytes(StandardCharsets.ISO_8859_1));
	}

	Slice bytes(byte... bytes) {
		Slice slice = new Slice(this.next, bytes.length);
		this.memory.write(slice.pointer(), bytes);
		this.next += bytes.length;
		return slice;
	}

	Slice pairs(String... namesAndValues) {
		return bytes(new HeaderPairsEncoder().encode(HeaderList.of(namesAndValues)).toByteArray());
	}

	Status call(String function, Object... arguments) {
		return Status.values()[(int) invoke("env", function, arguments)];
	}

	int wasi(String function, Object... arguments) {
		return (int) invoke("wasi_snapshot_preview1", function, arguments);
	}

	long invoke(String module, String function, Object... arguments) {
		List<String> types = new ArrayList<>();
		List<Long> numbers = new ArrayList<>();
		for (Object argument : arguments) {
			if (argument instanceof Slice slice) {
				types.addAll(List.of("i32", "i32"));
				numbers.addAll(List.of(dirty(slice.pointer()), dirty(slice.length())));
			}
			else if (argument instanceof Long number) {
				types.add("i64");
				numbers.add(number);
			}
			else {
				types.add("i32");
				numbers.add(dirty((Integer) argument));
			}
		}
		HostFunction linked = this.table
			.link(new FunctionImport(module, function, new FunctionSignature(types, List.of("i32"))));
		return linked.call(this.memory, numbers.stream().mapToLong(Long::longValue).toArray());
	}

	int result(int pointer) {
		return this.memory.readInt(pointer);
	}

	/**
	 * Returns the bytes at the first result (pointer), with the second as their length.
	 */
	byte[] value() {
		return this.memory.read(result(FIRST), result(SECOND));
	}

	String textValue() {
		return new String(value(), StandardCharsets.UTF_8);
	}

	List<HeaderPair> pairsValue() {
		return HeaderPairs.decode(value());
	}

	/** Returns whether no result was written. */
	boolean isUntouched() {
		return IntStream.range(0, RESULTS).allMatch((i) -> result(4 * i) == UNTOUCHED);
	}

	private static long dirty(int value) {
		return 0xDEAD_BEEF_0000_0000L | Integer.toUnsignedLong(value);
	}

}
