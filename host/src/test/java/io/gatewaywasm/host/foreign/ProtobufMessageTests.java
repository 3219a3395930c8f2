package io.gatewaywasm.host.foreign;

import java.util.HexFormat;

import io.gatewaywasm.host.abi.Allocations;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class ProtobufMessageTests {

	@Test
	void fieldsOfAllKindsAreRead() {
		// 1: "testing", 2: 150, 3: true, 4: fixed64, 5: fixed32, 6: bytes
		ProtobufMessage message = parse("0a0774657374696e6710960118012101020304050607082d010203043202ff00");
		assertThat(message.text(1)).isEqualTo("testing");
		assertThat(message.number(2)).isEqualTo(150);
		assertThat(message.flag(3)).isTrue();
		assertThat(message.bytes(6)).containsExactly(0xff, 0);
	}

	@Test
	void absentFieldsHaveDefaults() {
		ProtobufMessage message = parse("");
		assertThat(message.text(1)).isEmpty();
		assertThat(message.number(1)).isZero();
		assertThat(message.flag(1)).isFalse();
		assertThat(message.bytes(1)).isEmpty();
	}

	@Test
	void lastValueOfAFieldCounts() {
		assertThat(parse("08010802").number(1)).isEqualTo(2);
	}

	@Test
	void fieldsThatNoGuestNeedsTakeNoMemory() {
		ProtobufMessage.Builder builder = ProtobufMessage.builder();
		for (int field = 1000; field <= 200_000; field++) {
			builder.number(field, 7).bytes(field, new byte[] { 1 });
		}
		byte[] data = builder.toByteArray();
		Allocations.assertAtMost(100_000, () -> {
			ProtobufMessage message = ProtobufMessage.parse(data);
			assertThat(message.number(1000)).isEqualTo(7);
			assertThat(message.number(1001)).isZero();
			assertThat(message.bytes(1001)).isEmpty();
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "0a", "0a05616263", "0affffffff0f", "08", "08ffffffffffffffffffff01", "00", "0b", "0d0102",
			"0affffffffffffffffff01" })
	void malformedMessageIsRefused(String hex) {
		assertThatIllegalArgumentException().isThrownBy(() -> parse(hex));
	}

	@Test
	void whatIsWrittenCanBeRead() {
		byte[] data = ProtobufMessage.builder()
			.text(1, "text")
			.number(2, -1)
			.flag(3, true)
			.flag(4, false)
			.bytes(5, new byte[300])
			.number(100, 150)
			.toByteArray();
		ProtobufMessage message = ProtobufMessage.parse(data);
		assertThat(message.text(1)).isEqualTo("text");
		assertThat(message.number(2)).isEqualTo(-1);
		assertThat(message.flag(3)).isTrue();
		assertThat(message.flag(4)).isFalse();
		assertThat(message.bytes(5)).hasSize(300);
		assertThat(message.number(100)).isEqualTo(150);
	}

	private static ProtobufMessage parse(String hex) {
		return ProtobufMessage.parse(HexFormat.of().parseHex(hex));
	}

}
