package io.gatewaywasm.host.engine.chicory;

import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.gatewaywasm.host.engine.EngineOptions;
import io.gatewaywasm.host.engine.ModuleException;
import io.gatewaywasm.host.engine.binary.ModuleBounds;
import io.gatewaywasm.host.engine.binary.ModuleParser;
import io.gatewaywasm.host.engine.binary.WasmBinary;
import io.gatewaywasm.host.fixture.GuestBinary;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static io.gatewaywasm.host.fixture.GuestBinary.BLOCK;
import static io.gatewaywasm.host.fixture.GuestBinary.DROP;
import static io.gatewaywasm.host.fixture.GuestBinary.END;
import static io.gatewaywasm.host.fixture.GuestBinary.I32;
import static io.gatewaywasm.host.fixture.GuestBinary.IF;
import static io.gatewaywasm.host.fixture.GuestBinary.bytes;
import static io.gatewaywasm.host.fixture.GuestBinary.call;
import static io.gatewaywasm.host.fixture.GuestBinary.get;
import static io.gatewaywasm.host.fixture.GuestBinary.i32;
import static io.gatewaywasm.host.fixture.GuestBinary.i64;
import static io.gatewaywasm.host.fixture.GuestBinary.repeat;
import static io.gatewaywasm.host.fixture.GuestBinary.signed;
import static io.gatewaywasm.host.fixture.GuestBinary.sized;
import static io.gatewaywasm.host.fixture.GuestBinary.unsigned;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * Tests for modules that are far more expensive to parse or validate than their size
 * suggests, and for the messages about refused modules.
 */
@Tag("slow")
@Timeout(180)
class CodeBoundsTests {

	private static final int[] NONE = {};

	private static final int[] THOUSAND = IntStream.range(0, 1000).map((i) -> I32).toArray();

	private static final int BR = 0x0c;

	private static final int BR_IF = 0x0d;

	private static final int BR_TABLE = 0x0e;

	private static final int I32_ADD = 0x6a;

	@ParameterizedTest(name = "{0}")
	@MethodSource
	void moduleThatCostsTooMuchIsRefusedBeforeItIsParsed(String name, byte[] module, String reason) {
		assertThat(module.length).isLessThan(2_000_000);
		assertThatExceptionOfType(ModuleException.class).isThrownBy(() -> ModuleBounds.check(WasmBinary.of(module)))
			.withMessageContaining(reason)
			.withMessageMatching("(?s).*(unctions?|type) .*\\d.* (Build it|Make the module smaller).*");
	}

	static Stream<Arguments> moduleThatCostsTooMuchIsRefusedBeforeItIsParsed() {
		return Stream.of(
				arguments("tables of jumps with 1000 results", jumpTable(700_000), "functions up to 2 (byte 31"),
				arguments("tables of jumps to 400 blocks with 1000 results", jumpTables(400, 400),
						"blocks that move 268"),
				arguments("nested blocks with 1000 results",
						withResults(bytes(repeat(100_000, BLOCK, 2), repeat(1000, i32(0)), repeat(100_000, END))),
						"calls and blocks that move"),
				arguments("nested loops with 1000 parameters",
						withParameters(bytes(repeat(1000, i32(0)), repeat(100_000, 0x03, 2), repeat(100_000, END))),
						"calls and blocks that move"),
				arguments("calls with 1000 parameters",
						withParameters(bytes(repeat(1000, i32(0)), repeat(300_000, call(3)))), "functions up to 2"),
				arguments("handlers of exceptions with 1000 parameters", handlers(), "functions up to 2"),
				arguments("jumps out of 100,000 blocks",
						function(NONE, repeat(100_000, BLOCK, 0x40), repeat(100_000, BR, unsigned(99_999)),
								repeat(100_000, END)),
						"jumps that leave 53"),
				arguments("tables of jumps out of 100,000 blocks",
						function(NONE, repeat(100_000, BLOCK, 0x40), i32(0), BR_TABLE, unsigned(99_999),
								repeat(100_000, unsigned(99_999)), repeat(100_000, END)),
						"that leave 9999"),
				arguments("jumps in many functions", manyFunctions(), "functions up to 6"),
				arguments("many groups of local variables", locals(1, 2000),
						"Function 2 of the module has 100000 local"),
				arguments("a large group of local variables", local(50_001), "Function 2 of the module has 50001"),
				arguments("two billion local variables", local(0x7fff_ffff), "Function 2 of the module has 2147483647"),
				arguments("local variables of many functions", locals(200, 1), "functions up to 169 have 8400000"),
				arguments("types that refer to the one before twice", nestedTypes(60, false), "type 10 refers"),
				arguments("the same in groups", nestedTypes(60, true), "type 10 refers"));
	}

	@Test
	void moduleWithinTheBoundsIsValidatedInSeconds() throws Exception {
		byte[] module = jumpTable(130_000);
		ModuleBounds.check(WasmBinary.of(module));
		assertThat(ModuleParser.parse(module)).isNotNull();
	}

	@Test
	void typesThatReferToThemselvesAndEachOtherAreAccepted() throws Exception {
		GuestBinary module = new GuestBinary();
		int first = 2;
		module.type((Object) bytes(0x4e, 2, 0x60, 2, 0x63, signed(first), 0x64, signed(first + 1), 0, 0x60, 1, 0x63,
				signed(first), 1, 0x63, signed(first)));
		ModuleBounds.check(WasmBinary.of(module.toByteArray()));
		assertThat(ModuleParser.parse(module.toByteArray())).isNotNull();
	}

	@Test
	void switchOfTenThousandCasesIsAccepted() throws Exception {
		byte[] targets = bytes(IntStream.range(0, 10_000).mapToObj(GuestBinary::unsigned).toArray());
		GuestBinary module = new GuestBinary();
		module.function(new int[] { I32 }, NONE, "run", repeat(10_000, BLOCK, 0x40), get(0), BR_TABLE, unsigned(9999),
				targets, repeat(10_000, END));
		ModuleBounds.check(WasmBinary.of(module.toByteArray()));
	}

	@Test
	void validationEndsAtTheFirstError() {
		assertThatExceptionOfType(ModuleException.class).isThrownBy(() -> ModuleParser.parse(errors(2_000_000)))
			.satisfies((ex) -> assertThat(ex.getMessage()).hasSizeLessThan(300))
			.withMessageContaining("in function 2, type mismatch");
	}

	@Test
	void namesAreNotParsedBesideTheModule() throws Exception {
		byte[] names = bytes(unsigned(1_000_000), repeat(1_000_000, 2, 1, (int) 'a'));
		byte[] module = new GuestBinary().custom("name", bytes(1, sized(names))).toByteArray();
		assertThat(ModuleParser.parse(module).nameSection()).isNull();
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource
	void refusalSaysWhereAndWhatToDo(String name, byte[] module, String reason) {
		assertThatExceptionOfType(ModuleException.class)
			.isThrownBy(() -> ChicoryEngine.create(EngineOptions.defaults()).compile(module))
			.withMessageContaining(reason)
			.withMessageMatching("(?s).*(function|section|type|import|segment|module as a whole).*"
					+ "(Build it|Build or download it|build it).*");
	}

	static Stream<Arguments> refusalSaysWhereAndWhatToDo() {
		return Stream.of(arguments("a wrong operand", function(NONE, i64(1), IF, 0x40, END), "in function 2, type"),
				arguments("a wrong operand in a function with a name", named(), "in function 2 (check), type mismatch"),
				arguments("an unknown instruction", function(NONE, 0xff),
						"in function 2, the instruction 0xff at byte"),
				arguments("an unknown instruction with a prefix", function(NONE, 0xfc, unsigned(200)),
						"in function 2, the instruction 0xfcc8 at byte"),
				arguments("a jump out of more blocks than there are", function(NONE, BR, 2), "in function 2, a jump"),
				arguments("a function that ends within a number", function(NONE, 0x44, 1),
						"in function 2, the code ends within it"),
				arguments("a function that goes on behind its end", function(NONE, END, 0x01),
						"in function 2, instructions follow its end"),
				arguments("a block without an end", function(NONE, BLOCK, 0x40),
						"in function 2, a block of it has no end"),
				arguments("an unknown function", function(NONE, call(77)), "in function 2, unknown function 77"),
				arguments("an unknown local variable", function(NONE, get(5), DROP), "in function 2, unknown local 5"),
				arguments("an unknown type", unknownType(), "function 2"),
				arguments("a global of another type", new GuestBinary().global(I32, 0, i64(1), END).toByteArray(),
						"in its global section"),
				arguments("a global without an end", new GuestBinary().global(I32, 0).toByteArray(),
						"in its global section (bytes"),
				arguments("an element of an unknown table", new GuestBinary().element(0, i32(0), END, 0).toByteArray(),
						"in its element section"),
				arguments("a start function with parameters", new GuestBinary().start(1).toByteArray(),
						"in the module as a whole, invalid start function"),
				arguments("an import of an unknown kind", section(2, 1, 1, (int) 'a', 1, (int) 'b', 9),
						"import 0 is of the unknown"),
				arguments("an import that is cut", section(2, 2, 1, (int) 'a', 1, (int) 'b', 0, 0),
						"its import section ends"),
				arguments("a type that is cut", section(1, 2, 0x60, 0, 0), "its type section ends within type 1"),
				arguments("sections in the wrong order", bytes(section(3, 0), Arrays.copyOfRange(section(1, 0), 8, 11)),
						"in its type section (bytes"),
				arguments("a section that does not exist", section(77, 0), "in its unknown (77) section (bytes"));
	}

	/** Each instruction lacks two operands. */
	static byte[] errors(int instructions) {
		return function(NONE, repeat(instructions, I32_ADD));
	}

	/** Each group has the maximum number of variables. */
	static byte[] locals(int functions, int groups) {
		GuestBinary module = new GuestBinary();
		for (int i = 0; i < functions; i++) {
			module.functionWithLocals(NONE, NONE, null, bytes(unsigned(groups), repeat(groups, unsigned(50_000), I32)));
		}
		return module.toByteArray();
	}

	private static byte[] local(int count) {
		GuestBinary module = new GuestBinary();
		module.functionWithLocals(NONE, NONE, null, bytes(1, unsigned(count), I32));
		return module.toByteArray();
	}

	private static byte[] function(int[] results, Object... code) {
		GuestBinary module = new GuestBinary();
		module.function(NONE, results, null, code);
		return module.toByteArray();
	}

	/** Type 2 has 1000 results. */
	private static byte[] withResults(byte[] code) {
		GuestBinary module = new GuestBinary();
		module.type(NONE, THOUSAND);
		module.function(NONE, NONE, null, code);
		return module.toByteArray();
	}

	/** Type 2 and function 3 have 1000 parameters. */
	private static byte[] withParameters(byte[] code) {
		GuestBinary module = new GuestBinary();
		module.type(THOUSAND, NONE);
		module.function(NONE, NONE, null, code);
		module.function(THOUSAND, NONE, null);
		return module.toByteArray();
	}

	private static byte[] jumpTable(int targets) {
		return withResults(bytes(BLOCK, 2, repeat(1000, i32(0)), i32(0), BR_TABLE, unsigned(targets),
				repeat(targets, 0), 0, END, repeat(1000, DROP)));
	}

	private static byte[] jumpTables(int tables, int targets) {
		byte[] jump = bytes(i32(0), BR_TABLE, unsigned(targets), repeat(targets, 0), 0);
		return withResults(bytes(BLOCK, 2, repeat(tables, jump), END, repeat(1000, DROP)));
	}

	private static byte[] handlers() {
		GuestBinary module = new GuestBinary();
		int type = module.type(THOUSAND, NONE);
		module.tag(type);
		module.function(NONE, NONE, null, 0x1f, 0x40, unsigned(400_000), repeat(400_000, 0, 0, 0), END);
		return module.toByteArray();
	}

	private static byte[] manyFunctions() {
		GuestBinary module = new GuestBinary();
		int type = module.type(NONE, THOUSAND);
		for (int i = 0; i < 80; i++) {
			module.function(NONE, NONE, null, BLOCK, signed(type), repeat(1000, i32(0)), repeat(2000, i32(0), BR_IF, 0),
					END, repeat(1000, DROP));
		}
		return module.toByteArray();
	}

	private static byte[] nestedTypes(int depth, boolean groups) {
		GuestBinary module = new GuestBinary();
		for (int i = 0; i < depth; i++) {
			int last = i + 1;
			byte[] type = bytes(0x60, 2, 0x63, signed(last), 0x63, signed(last), 0);
			if (groups) {
				module.type(bytes(0x4e, 1, type));
			}
			else {
				module.type(type);
			}
		}
		return module.toByteArray();
	}

	private static byte[] named() {
		GuestBinary module = new GuestBinary();
		module.function(NONE, NONE, "check", i64(1), IF, 0x40, END);
		return module.toByteArray();
	}

	private static byte[] unknownType() {
		GuestBinary module = new GuestBinary();
		module.functionOf(99, bytes(0));
		return module.toByteArray();
	}

	private static byte[] section(int id, Object... content) {
		return bytes(0, (int) 'a', (int) 's', (int) 'm', 1, 0, 0, 0, id, sized(bytes(content)));
	}

}
