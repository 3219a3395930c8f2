package io.gatewaywasm.boot.cel;

import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import io.gatewaywasm.host.abi.PropertyEncoding;
import io.gatewaywasm.host.abi.Status;
import io.gatewaywasm.host.abi.StatusException;
import io.gatewaywasm.host.spi.ForeignCall;
import io.gatewaywasm.host.spi.HttpStream;
import io.gatewaywasm.host.spi.PropertyDeclaration;
import com.sun.management.ThreadMXBean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@ExtendWith(OutputCaptureExtension.class)
class CelFunctionsTests {

	private static final int MAXIMUM = 20;

	private final CelFunctions functions = new CelFunctions(MAXIMUM);

	private final FakeCall call = new FakeCall();

	CelFunctionsTests() {
		this.call.properties.put("request.path", "/a/b");
		this.call.properties.put("request.headers", Map.of("x-a", "1,2"));
		this.call.properties.put("request.time", Instant.parse("2026-01-02T03:04:05Z"));
		this.call.properties.put("request.duration", Duration.ofMillis(5));
		this.call.properties.put("source.port", 4711L);
		this.call.properties.put("connection.mtls", true);
		this.call.properties.put("filter_state.wasm.mine", "state".getBytes(StandardCharsets.UTF_8));
		this.call.properties.put("mine", "text");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
			request.path.startsWith('/a') && connection.mtls           | 01
			request.headers['x-a'] == '1,2'                            | 01
			'x-b' in request.headers                                   | 00
			has(response.code)                                         | 00
			has(request.path)                                          | 01
			source.port > 4710 && source.port < 4712.5                 | 01
			request.time.getHours() == 3                               | 01
			request.duration < duration('1s')                          | 01
			[1, 2, 3].exists(x, x == 2)                                | 01
			request.path.matches('^/[ab]')                             | 01
			request.path                                               | 2f612f62
			mine + '!'                                                 | 7465787421
			request.path + request.headers['x-a']                      | 2f612f62312c32
			request.headers['x-a'] + request.path                      | 312c322f612f62
			[request.path, mine].map(x, x + request.headers['x-a'])[1] | 74657874312c32
			request.headers['x-a'] < request.path                      | 00
			{'a': request.path}['a'] + mine                            | 2f612f6274657874
			filter_state['wasm.mine'] == b'state'                      | 01
			filter_state['wasm.mine']                                  | 7374617465
			source.port                                                | 6712000000000000
			1u                                                         | 0100000000000000
			1.5                                                        | 000000000000f83f
			type(1) == int                                             | 01
			""")
	void valueIsEncodedAsThatOfAProperty(String expression, String value) {
		assertThat(HexFormat.of().formatHex(evaluate(expression))).isEqualTo(value);
	}

	@Test
	void timesAndStructuresAreEncodedAsThoseOfAProperty() {
		assertThat(evaluate("request.time")).isEqualTo(PropertyEncoding.encode(Instant.parse("2026-01-02T03:04:05Z")));
		assertThat(evaluate("duration('5ms')")).isEqualTo(PropertyEncoding.encode(Duration.ofMillis(5)));
		assertThat(evaluate("['a', 'b']")).isEqualTo(PropertyEncoding.encode(List.of("a", "b")));
		assertThat(evaluate("{'a': 1}")).isEqualTo(PropertyEncoding.encode(Map.of("a", 1L)));
		assertThat(evaluate("request.headers")).isEqualTo(PropertyEncoding.encode(Map.of("x-a", "1,2")));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "1 +", "request.", "unlisted(1)", "1 + 'a'" })
	void invalidExpressionIsRefused(String expression) {
		assertThat(status(() -> create(expression))).isEqualTo(Status.BAD_ARGUMENT);
	}

	@ParameterizedTest
	@ValueSource(strings = { "request.nope", "nope", "1 / 0", "request.path + 1", "response.code == 200" })
	void expressionWithoutAValueIsAFailure(String expression) {
		assertThat(status(() -> evaluate(expression))).isEqualTo(Status.INTERNAL_FAILURE);
	}

	@Test
	void nullCannotBeEncoded() {
		assertThat(status(() -> evaluate("null"))).isEqualTo(Status.SERIALIZATION_FAILURE);
	}

	@Test
	void expressionsAreBounded() {
		assertThat(status(() -> create("'" + "a".repeat(20_000) + "'"))).isEqualTo(Status.BAD_ARGUMENT);
		assertThat(status(() -> create("(".repeat(500) + "1" + ")".repeat(500)))).isEqualTo(Status.BAD_ARGUMENT);
		String numbers = "[" + "1,".repeat(200) + "1]";
		assertThat(status(() -> evaluate(numbers + ".all(x, " + numbers + ".all(y, x == y))")))
			.isEqualTo(Status.INTERNAL_FAILURE);
		this.functions.delete(this.call, new byte[4]);
		byte[] token = create("1");
		for (int i = 1; i < MAXIMUM; i++) {
			create("1");
		}
		assertThat(status(() -> create("1"))).isEqualTo(Status.INTERNAL_FAILURE);
		this.functions.delete(this.call, token);
		create("1");
	}

	@ParameterizedTest
	@ValueSource(strings = { "'0123456789'", "b'0123456789'", "[1, 2, 3, 4, 5]" })
	void valuesThatGrowWithEachStepAreBounded(String start) {
		String doubled = "[" + start + "]" + ".map(x, x + x)".repeat(40);
		assertThat(status(() -> evaluate(doubled + ".size()"))).isEqualTo(Status.INTERNAL_FAILURE);
	}

	@ParameterizedTest
	@ValueSource(strings = { "[x, x]", "{'a': x, 'b': x}", "{'a': [x], 'b': [x]}" })
	void nestedValuesAreBounded(String nested) {
		String doubled = "[1]" + (".map(x, " + nested + ")").repeat(40);
		assertThat(status(() -> evaluate(doubled))).isEqualTo(Status.INTERNAL_FAILURE);
		assertThat(status(() -> evaluate(doubled + " == " + doubled))).isEqualTo(Status.INTERNAL_FAILURE);
	}

	@Test
	void manyLargeValuesAreBounded() {
		String numbers = "[" + "1,".repeat(99) + "1]";
		String large = "'" + "a".repeat(10_000) + "'";
		assertThat(evaluate(numbers + ".map(x, " + large + " + 'b').size() == 100")).containsExactly(1);
		assertThat(status(() -> evaluate(numbers + ".map(x, " + numbers + ".map(y, " + large + " + 'b'))")))
			.isEqualTo(Status.INTERNAL_FAILURE);
	}

	@Test
	void keysOfMapsAreCounted() {
		String keys = "['0123456789abcdef']" + ".map(x, x + x)".repeat(15) + ".map(k, [{k: 0}])"
				+ ".map(l, l + l)".repeat(12);
		assertThat(status(() -> evaluate(keys))).isEqualTo(Status.INTERNAL_FAILURE);
	}

	@Test
	void readingALargeValueAgainAndAgainIsBounded() {
		String large = "[[" + "0,".repeat(999) + "0]]" + ".map(a, a + a)".repeat(8);
		String numbers = "[" + "0,".repeat(99) + "0]";
		String sizes = "size(l) > 0" + " && size(l) > 0".repeat(9);
		assertThat(status(
				() -> evaluate(large + ".all(l, " + numbers + ".all(x, " + numbers + ".all(y, " + sizes + ")))")))
			.isEqualTo(Status.INTERNAL_FAILURE);
	}

	@ParameterizedTest
	@ValueSource(strings = { "large.contains(needle)", "large.contains(needle) || large.contains(needle) || true",
			"large.matches('(a?){300}b')", "large.matches(large)", "matches(large, '(a?){300}b')",
			"[large, large].exists(x, x.contains(needle))", "!large.contains(needle + 'c')" })
	void searchOfALargeTextIsRefusedBeforeItStarts(String expression) {
		this.call.properties.put("large", "a".repeat(600_000));
		this.call.properties.put("needle", "a".repeat(300_000) + "b");
		assertThat(status(() -> evaluate(expression))).isEqualTo(Status.INTERNAL_FAILURE);
	}

	@Test
	void manySearchesAreBounded() {
		this.call.properties.put("large", "a".repeat(100_000));
		this.call.properties.put("needle", "a".repeat(500) + "b");
		assertThat(evaluate("large.contains(needle)")).containsExactly(0);
		assertThat(status(() -> evaluate("large.contains(needle)" + " || large.contains(needle)".repeat(10))))
			.isEqualTo(Status.INTERNAL_FAILURE);
	}

	@Test
	void manyComparisonsOfListsAreBounded() {
		String large = "[[" + "'0123456789',".repeat(499) + "'0']]";
		String numbers = "[" + "0,".repeat(99) + "0]";
		assertThat(status(() -> evaluate(
				"[" + large + "].all(l, " + numbers + ".all(x, " + numbers + ".all(y, l == " + large + ")))")))
			.isEqualTo(Status.INTERNAL_FAILURE);
		assertThat(status(
				() -> evaluate("[" + large + "].all(l, " + numbers + ".all(x, " + numbers + ".all(y, l[0] in l)))")))
			.isEqualTo(Status.INTERNAL_FAILURE);
	}

	@Test
	void regularExpressionWithNestedRepetitionsIsNotCompiled() {
		ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
		byte[] token = create("'a'.matches('((a{100}){100}){30}')");
		status(() -> this.functions.evaluate(this.call, create("'a'.matches('a{2000}')")));
		long before = threads.getCurrentThreadAllocatedBytes();
		assertThat(status(() -> this.functions.evaluate(this.call, token))).isEqualTo(Status.INTERNAL_FAILURE);
		assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(1 << 20);
	}

	@Test
	void ordinarySearchesAreNotTooLong() {
		this.call.properties.put("body", "a".repeat(64 * 1024));
		assertThat(evaluate("body.contains('union select')" + " || body.contains('union select')".repeat(50)))
			.containsExactly(0);
		assertThat(evaluate("body.matches('(?i)(union|select)[^a]{1,20}(from|where)')")).containsExactly(0);
		assertThat(evaluate("request.path.matches('^/[ab]')" + " && request.path.matches('^/[ab]')".repeat(50)))
			.containsExactly(1);
	}

	@Test
	void charactersOfAllExpressionsAreBounded() {
		String large = "'" + "a".repeat(16_000) + "'";
		byte[] first = create(large);
		for (int i = 1; i < 16; i++) {
			create(large);
		}
		assertThat(status(() -> create(large))).isEqualTo(Status.INTERNAL_FAILURE);
		this.functions.delete(this.call, first);
		create(large);
		assertThat(status(() -> create(large))).isEqualTo(Status.INTERNAL_FAILURE);
	}

	@Test
	void invalidExpressionsAreLoggedOncePerMinute(CapturedOutput output) {
		for (int i = 0; i < 100; i++) {
			int number = i;
			status(() -> create("(" + number));
		}
		assertThat(output.toString().lines().filter((line) -> line.contains("invalid expression"))).hasSize(1);
	}

	@Test
	void listsOfThousandsOfElementsAreNotTooLarge() {
		String numbers = "[" + "1,".repeat(999) + "1]";
		assertThat(evaluate(numbers + ".map(x, x + 1).size() == 1000")).containsExactly(1);
		assertThat(evaluate(numbers + ".exists(x, x == 2)")).containsExactly(0);
	}

	@Test
	void tokenIsKnownUntilItIsDeleted() {
		byte[] first = create("1");
		byte[] second = create("2");
		assertThat(first).isEqualTo(new byte[4]);
		assertThat(ByteBuffer.wrap(second).order(ByteOrder.LITTLE_ENDIAN).getInt()).isEqualTo(1);
		this.functions.delete(this.call, first);
		this.functions.delete(this.call, first);
		assertThat(status(() -> this.functions.evaluate(this.call, first))).isEqualTo(Status.NOT_FOUND);
		assertThat(this.functions.evaluate(this.call, second)[0]).isEqualTo((byte) 2);
		assertThat(status(() -> this.functions.evaluate(this.call, new byte[3]))).isEqualTo(Status.BAD_ARGUMENT);
		assertThat(status(() -> this.functions.evaluate(new FakeCall(), second))).isEqualTo(Status.NOT_FOUND);
	}

	private byte[] create(String expression) {
		return this.functions.create(this.call, expression.getBytes(StandardCharsets.UTF_8));
	}

	private byte[] evaluate(String expression) {
		return this.functions.evaluate(this.call, create(expression));
	}

	private static Status status(Supplier<byte[]> action) {
		Status[] status = new Status[1];
		assertThatExceptionOfType(StatusException.class).isThrownBy(action::get)
			.satisfies((ex) -> status[0] = ex.status());
		return status[0];
	}

	/** A call with properties by their paths with dots. */
	private static final class FakeCall implements ForeignCall {

		private final Map<String, Object> properties = new HashMap<>();

		private final Map<Class<?>, Object> data = new HashMap<>();

		@Override
		public String plugin() {
			return "test";
		}

		@Override
		public HttpStream stream() {
			return null;
		}

		@Override
		public Object property(List<String> path) {
			return this.properties.get(String.join(".", path));
		}

		@Override
		public void setProperty(List<String> path, byte[] value) {
			throw new UnsupportedOperationException();
		}

		@Override
		public boolean declareProperty(String name, PropertyDeclaration declaration) {
			throw new UnsupportedOperationException();
		}

		@Override
		public <T> T data(Class<T> type, Supplier<T> absent) {
			return type.cast(this.data.computeIfAbsent(type, (key) -> absent.get()));
		}

	}

}
