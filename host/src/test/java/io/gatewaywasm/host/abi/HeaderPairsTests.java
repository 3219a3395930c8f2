package io.gatewaywasm.host.abi;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

import io.gatewaywasm.host.fixture.DelegatingHeaders;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class HeaderPairsTests {

	private static final byte[] TWO = hex("02000000 01000000 02000000 03000000 00000000 61 00 6263 00 646566 00 00");

	private static byte[] hex(String text) {
		String digits = text.replace(" ", "");
		byte[] bytes = new byte[digits.length() / 2];
		for (int i = 0; i < bytes.length; i++) {
			bytes[i] = (byte) Integer.parseInt(digits.substring(2 * i, 2 * i + 2), 16);
		}
		return bytes;
	}

	private static byte[] encode(List<HeaderPair> pairs) {
		return new HeaderPairsEncoder().encode(pairs).toByteArray();
	}

	@Test
	void encodesCountLengthsAndTerminatedTexts() {
		assertThat(encode(List.of(new HeaderPair("a", "bc"), new HeaderPair("def", "")))).isEqualTo(TWO);
	}

	@Test
	void decodesWhatWasEncoded() {
		assertThat(HeaderPairs.decode(TWO)).containsExactly(new HeaderPair("a", "bc"), new HeaderPair("def", ""));
	}

	@Test
	void encodesNamesInLowerCaseAndTextsAsBytes() {
		byte[] encoded = new HeaderPairsEncoder().encode(HeaderList.of(":Path", "/\u00ff", "X-A", "\u20ac"))
			.toByteArray();
		assertThat(HeaderPairs.decode(encoded)).containsExactly(new HeaderPair(":path", "/\u00ff"),
				new HeaderPair("x-a", "?"));
	}

	@Test
	void encodesAnEmptyMap() {
		HeaderPairsEncoder encoder = new HeaderPairsEncoder().encode(HeaderList.of());
		assertThat(encoder.count()).isZero();
		assertThat(encoder.length()).isEqualTo(4);
		assertThat(encoder.toByteArray()).containsExactly(0, 0, 0, 0);
	}

	@Test
	void encodesWhatAMapShowsEvenIfItsSizeIsWrong() {
		for (int size : new int[] { 0, 1, 3, 500 }) {
			HeaderMap lying = new Missized(HeaderList.of("a", "bc", "def", ""), size);
			assertThat(new HeaderPairsEncoder().encode(lying).toByteArray()).isEqualTo(TWO);
		}
	}

	@Test
	void anEncoderIsUsedAgain() {
		HeaderPairsEncoder encoder = new HeaderPairsEncoder();
		encoder.encode(HeaderList.of("long", "x".repeat(200_000)));
		assertThat(encoder.length()).isEqualTo(4 + 8 + 5 + 200_001);
		encoder.encode(HeaderList.of("a", "bc", "def", ""));
		assertThat(encoder.toByteArray()).isEqualTo(TWO);
		assertThat(encoder.array().length).isLessThan(200_000);
		byte[] kept = encoder.array();
		assertThat(encoder.encode(HeaderList.of("a", "b")).array()).isSameAs(kept);
	}

	@Test
	void anythingCutShortIsEmpty() {
		for (int length = 0; length < TWO.length; length++) {
			assertThat(HeaderPairs.decode(Arrays.copyOf(TWO, length))).isEmpty();
		}
	}

	@Test
	void anythingAfterTheLastPairMakesItEmpty() {
		assertThat(HeaderPairs.decode(Arrays.copyOf(TWO, TWO.length + 1))).isEmpty();
		assertThat(HeaderPairs.decode(new byte[5])).isEmpty();
	}

	@Test
	void aMissingTerminatorMakesItEmpty() {
		for (int position : new int[] { 21, 24, 28, 29 }) {
			byte[] data = TWO.clone();
			assertThat(data[position]).isZero();
			data[position] = 'x';
			assertThat(HeaderPairs.decode(data)).isEmpty();
		}
	}

	@Test
	void lengthsBeyondTheDataMakeItEmpty() {
		for (int position : new int[] { 4, 8, 12, 16 }) {
			for (int length : new int[] { 100, -1, Integer.MAX_VALUE, Integer.MIN_VALUE }) {
				byte[] data = TWO.clone();
				ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN).putInt(position, length);
				assertThat(HeaderPairs.decode(data)).isEmpty();
			}
		}
	}

	@Test
	void countsBeyondTheDataMakeItEmpty() {
		for (int count : new int[] { 0, 1, 3, 1024, 1025, 0x2000_0000, Integer.MAX_VALUE, -1 }) {
			byte[] data = TWO.clone();
			ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN).putInt(0, count);
			assertThat(HeaderPairs.decode(data)).isEmpty();
		}
	}

	@Test
	void atMost1024PairsAreDecoded() {
		List<HeaderPair> pairs = new ArrayList<>();
		for (int i = 0; i < 1024; i++) {
			pairs.add(new HeaderPair("n" + i, "v"));
		}
		assertThat(HeaderPairs.decode(encode(pairs))).isEqualTo(pairs);
		pairs.add(new HeaderPair("one", "more"));
		assertThat(HeaderPairs.decode(encode(pairs))).isEmpty();
	}

	@Test
	void atMostOneMebibyteIsDecoded() {
		String value = "x".repeat(1024 * 1024 - 4 - 8 - 2 - 1);
		byte[] largest = encode(List.of(new HeaderPair("n", value)));
		assertThat(largest).hasSize(1024 * 1024);
		assertThat(HeaderPairs.decode(largest)).hasSize(1);
		assertThat(HeaderPairs.decode(encode(List.of(new HeaderPair("n", value + "x"))))).isEmpty();
	}

	@Test
	void anythingComesBackAsItWas() {
		Random random = new Random(42);
		HeaderPairsEncoder encoder = new HeaderPairsEncoder();
		for (int round = 0; round < 500; round++) {
			List<HeaderPair> pairs = new ArrayList<>();
			for (int i = random.nextInt(20); i > 0; i--) {
				pairs.add(new HeaderPair(text(random).toLowerCase(java.util.Locale.ROOT), text(random)));
			}
			pairs.replaceAll((pair) -> new HeaderPair(latin1(pair.name()), latin1(pair.value())));
			assertThat(HeaderPairs.decode(encoder.encode(pairs).toByteArray())).isEqualTo(pairs);
		}
	}

	@Test
	void damageNeverThrows() {
		Random random = new Random(42);
		byte[] original = encode(
				List.of(new HeaderPair(":path", "/"), new HeaderPair("accept", "text/html"), new HeaderPair("x", "")));
		for (int round = 0; round < 20_000; round++) {
			byte[] data = Arrays.copyOf(original, random.nextInt(original.length + 4));
			for (int i = random.nextInt(4); i > 0 && data.length > 0; i--) {
				data[random.nextInt(data.length)] = (byte) random.nextInt(256);
			}
			List<HeaderPair> pairs = HeaderPairs.decode(data);
			if (!pairs.isEmpty()) {
				assertThat(reencode(pairs)).isEqualTo(data);
			}
		}
	}

	/** An independent, slower implementation that keeps the case of names. */
	private static byte[] reencode(List<HeaderPair> pairs) {
		ByteBuffer buffer = ByteBuffer.allocate(1024).order(ByteOrder.LITTLE_ENDIAN).putInt(pairs.size());
		pairs.forEach((pair) -> buffer.putInt(pair.name().length()).putInt(pair.value().length()));
		pairs.forEach((pair) -> buffer.put(pair.name().getBytes(StandardCharsets.ISO_8859_1))
			.put((byte) 0)
			.put(pair.value().getBytes(StandardCharsets.ISO_8859_1))
			.put((byte) 0));
		return Arrays.copyOf(buffer.array(), buffer.position());
	}

	private static String text(Random random) {
		return random.ints(random.nextInt(30), 0, 256)
			.collect(StringBuilder::new, (text, character) -> text.append((char) character), StringBuilder::append)
			.toString();
	}

	private static String latin1(String text) {
		return new String(text.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.ISO_8859_1);
	}

	/**
	 * A map that reports a wrong number of pairs.
	 */
	private static final class Missized extends DelegatingHeaders {

		private final int size;

		private Missized(HeaderMap headers, int size) {
			super(headers);
			this.size = size;
		}

		@Override
		public int size() {
			return this.size;
		}

	}

}
