package io.gatewaywasm.host.imports;

import java.util.List;

import io.gatewaywasm.host.abi.PropertyEncoding;
import io.gatewaywasm.host.abi.Status;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class PropertyImportsTests {

	private final FakeGuest guest = new FakeGuest();

	private Status get(String path) {
		return this.guest.call("proxy_get_property", this.guest.text(path), FakeGuest.FIRST, FakeGuest.SECOND);
	}

	@ParameterizedTest
	@ValueSource(strings = { "request\0path", "request\0path\0" })
	void getAcceptsAPathWithAndWithoutNulAtItsEnd(String path) {
		this.guest.host.properties.put(List.of("request", "path"), PropertyEncoding.encode("/x"));
		assertThat(get(path)).isEqualTo(Status.OK);
		assertThat(this.guest.textValue()).isEqualTo("/x");
	}

	@Test
	void getOfAMissingPropertyIsNotFound() {
		assertThat(get("request\0nothing")).isEqualTo(Status.NOT_FOUND);
		assertThat(this.guest.isUntouched()).isTrue();
	}

	@Test
	void getOfAnEmptyPathIsASerializationFailure() {
		assertThat(get("")).isEqualTo(Status.SERIALIZATION_FAILURE);
		assertThat(this.guest.isUntouched()).isTrue();
	}

	@Test
	void getOfAnEmptyPropertyIsOkWithoutAnAllocation() {
		this.guest.host.properties.put(List.of("plugin_root_id"), new byte[0]);
		assertThat(get("plugin_root_id")).isEqualTo(Status.OK);
		assertThat(this.guest.value()).isEmpty();
		assertThat(this.guest.host.allocations).isZero();
	}

	@Test
	void setPassesOnPathAndValue() {
		assertThat(this.guest.call("proxy_set_property", this.guest.text("a\0b"), this.guest.text("v")))
			.isEqualTo(Status.OK);
		assertThat(this.guest.host.calls).containsExactly("setProperty [a,b] v");
	}

	@Test
	void pathWithTooManySegmentsIsABadArgument() {
		assertThat(get("a" + "\0".repeat(1000))).isEqualTo(Status.NOT_FOUND);
		String path = "\0".repeat(1001);
		assertThat(get(path)).isEqualTo(Status.BAD_ARGUMENT);
		assertThat(this.guest.call("proxy_set_property", this.guest.text(path), this.guest.text("v")))
			.isEqualTo(Status.BAD_ARGUMENT);
		assertThat(this.guest.host.calls).isEmpty();
	}

}
