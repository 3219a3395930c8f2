package io.gatewaywasm.host.abi;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class PropertyEncodingTests {

	@Test
	void textIsUtf8() {
		assertThat(PropertyEncoding.encode("grüß")).isEqualTo("grüß".getBytes(StandardCharsets.UTF_8));
		assertThat(PropertyEncoding.encode("")).isEmpty();
	}

	@Test
	void bytesAreLeftAlone() {
		byte[] bytes = { 1, 2 };
		assertThat(PropertyEncoding.encode(bytes)).isSameAs(bytes);
	}

	@Test
	void numbersAreEightBytesLittleEndian() {
		assertThat(PropertyEncoding.encode(8080)).containsExactly(0x90, 0x1F, 0, 0, 0, 0, 0, 0);
		assertThat(PropertyEncoding.encode(8080L)).containsExactly(0x90, 0x1F, 0, 0, 0, 0, 0, 0);
		assertThat(PropertyEncoding.encode(-1)).containsExactly(0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF);
		assertThat(PropertyEncoding.encode(1.5)).containsExactly(0, 0, 0, 0, 0, 0, 0xF8, 0x3F);
		assertThat(PropertyEncoding.encode(1.5f)).containsExactly(0, 0, 0, 0, 0, 0, 0xF8, 0x3F);
	}

	@Test
	void truthIsOneByte() {
		assertThat(PropertyEncoding.encode(true)).containsExactly(1);
		assertThat(PropertyEncoding.encode(false)).containsExactly(0);
	}

	@Test
	void timesAndDurationsAreNanoseconds() {
		long nanos = 1_700_000_000_123_456_789L;
		assertThat(PropertyEncoding.encode(Instant.ofEpochSecond(1_700_000_000, 123_456_789)))
			.isEqualTo(PropertyEncoding.encode(nanos));
		assertThat(PropertyEncoding.encode(Duration.ofMillis(1500))).isEqualTo(PropertyEncoding.encode(1_500_000_000L));
		assertThat(PropertyEncoding.encode(Duration.ofMillis(-1500)))
			.isEqualTo(PropertyEncoding.encode(-1_500_000_000L));
	}

	@Test
	void timesBeyond64BitsAreTheLastOnes() {
		assertThat(PropertyEncoding.encode(Duration.ofSeconds(Long.MAX_VALUE)))
			.isEqualTo(PropertyEncoding.encode(Long.MAX_VALUE));
		assertThat(PropertyEncoding.encode(Instant.MIN)).isEqualTo(PropertyEncoding.encode(Long.MIN_VALUE));
	}

	@Test
	void mapsArePairsThatKeepTheirCase() {
		Map<String, String> map = new LinkedHashMap<>();
		map.put("Key", "Value");
		map.put("b", "");
		assertThat(HeaderPairs.decode(PropertyEncoding.encode(map))).containsExactly(new HeaderPair("Key", "Value"),
				new HeaderPair("b", ""));
	}

	@Test
	void textsInMapsAreUtf8() {
		assertThat(PropertyEncoding.encode(Map.of("ü", "ß")))
			.isEqualTo("\1\0\0\0\2\0\0\0\2\0\0\0ü\0ß\0".getBytes(StandardCharsets.UTF_8));
	}

	@Test
	void headerMapsArePairsInLowerCase() {
		assertThat(HeaderPairs.decode(PropertyEncoding.encode(HeaderList.of("A", "1", "a", "2"))))
			.containsExactly(new HeaderPair("a", "1"), new HeaderPair("a", "2"));
	}

	@Test
	void listsArePairsWithoutValues() {
		assertThat(HeaderPairs.decode(PropertyEncoding.encode(List.of("A", "b"))))
			.containsExactly(new HeaderPair("A", ""), new HeaderPair("b", ""));
	}

	@Test
	void otherTypesAreRefusedByName() {
		assertThatIllegalArgumentException().isThrownBy(() -> PropertyEncoding.encode(new UUID(0, 0)))
			.withMessageContaining("java.util.UUID");
	}

}
