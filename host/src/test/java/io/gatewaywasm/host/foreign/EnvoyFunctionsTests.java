package io.gatewaywasm.host.foreign;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

import io.gatewaywasm.host.abi.Status;
import io.gatewaywasm.host.abi.StatusException;
import io.gatewaywasm.host.spi.PropertyDeclaration;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class EnvoyFunctionsTests {

	private final FakeCall call = new FakeCall();

	@Test
	void functionsHaveTheNamesOfEnvoy() {
		assertThat(EnvoyFunctions.names()).containsExactly("clear_route_cache", "compress", "declare_property",
				"inject_encoded_data_to_filter_chain_on_header", "set_envoy_filter_state", "sign", "uncompress",
				"verify_signature");
		assertThat(EnvoyFunctions.find("other")).isNull();
	}

	@Test
	void compressedDataIsUncompressed() {
		byte[] data = "abc".repeat(100_000).getBytes(StandardCharsets.UTF_8);
		byte[] compressed = call("compress", data);
		assertThat(compressed).hasSizeLessThan(10_000);
		// The header of zlib's format.
		assertThat(compressed[0]).isEqualTo((byte) 0x78);
		assertThat(call("uncompress", compressed)).isEqualTo(data);
		assertThat(call("uncompress", call("compress", new byte[0]))).isEmpty();
	}

	@Test
	void uncompressRefusesWhatIsNotWhole() {
		byte[] compressed = call("compress", new byte[1000]);
		assertThat(status("uncompress", Arrays.copyOf(compressed, compressed.length - 5)))
			.isEqualTo(Status.SERIALIZATION_FAILURE);
		assertThat(status("uncompress", new byte[] { 1, 2, 3 })).isEqualTo(Status.SERIALIZATION_FAILURE);
		assertThat(status("uncompress", new byte[0])).isEqualTo(Status.SERIALIZATION_FAILURE);
	}

	@Test
	void uncompressRefusesABomb() {
		byte[] bomb = call("compress", new byte[Compression.MAX_UNCOMPRESSED + 1]);
		assertThat(bomb).hasSizeLessThan(100_000);
		assertThat(status("uncompress", bomb)).isEqualTo(Status.INTERNAL_FAILURE);
		assertThat(call("uncompress", call("compress", new byte[Compression.MAX_UNCOMPRESSED])))
			.hasSize(Compression.MAX_UNCOMPRESSED);
	}

	@Test
	void filterStateIsSetByItsOwnName() {
		call("set_envoy_filter_state",
				ProtobufMessage.builder().text(1, "envoy.example").text(2, "value").number(3, 1).toByteArray());
		assertThat(this.call.properties.get(List.of("filter_state", "envoy.example"))).asString().isEqualTo("value");
	}

	@Test
	void filterStateNeedsANameAndAStream() {
		assertThat(status("set_envoy_filter_state", new byte[0])).isEqualTo(Status.NOT_FOUND);
		assertThat(status("set_envoy_filter_state", new byte[] { 10 })).isEqualTo(Status.BAD_ARGUMENT);
		this.call.stream = null;
		assertThat(status("set_envoy_filter_state", ProtobufMessage.builder().text(1, "name").toByteArray()))
			.isEqualTo(Status.NOT_FOUND);
	}

	@Test
	void propertyIsDeclaredOnce() {
		byte[] declaration = ProtobufMessage.builder().text(1, "mine").flag(2, true).number(3, 1).toByteArray();
		assertThat(call("declare_property", declaration)).isEmpty();
		assertThat(this.call.declarations).containsEntry("mine", new PropertyDeclaration(true, true, false));
		assertThat(status("declare_property", declaration)).isEqualTo(Status.BAD_ARGUMENT);
	}

	@Test
	void propertyIsDeclaredForTheConnection() {
		call("declare_property", ProtobufMessage.builder().text(1, "mine").number(5, 2).toByteArray());
		call("declare_property", ProtobufMessage.builder().text(1, "other").number(5, 1).toByteArray());
		assertThat(this.call.declarations).containsEntry("mine", new PropertyDeclaration(false, false, true))
			.containsEntry("other", new PropertyDeclaration(false, false, false));
	}

	private byte[] call(String function, byte[] arguments) {
		return EnvoyFunctions.find(function).call(this.call, arguments);
	}

	private Status status(String function, byte[] arguments) {
		Status[] status = new Status[1];
		assertThatExceptionOfType(StatusException.class).isThrownBy(() -> call(function, arguments))
			.satisfies((ex) -> status[0] = ex.status());
		return status[0];
	}

}
