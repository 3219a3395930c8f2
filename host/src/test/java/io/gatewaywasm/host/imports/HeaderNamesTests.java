package io.gatewaywasm.host.imports;

import java.nio.charset.StandardCharsets;

import io.gatewaywasm.host.abi.StatusException;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link HeaderNames}.
 */
class HeaderNamesTests {

	private static final int ADDRESS = 1000;

	private final FakeMemory memory = new FakeMemory(4096);

	private final HeaderNames names = new HeaderNames();

	@Test
	void constantNameIsMadeOnce() {
		String first = name("x-hello");
		assertThat(first).isEqualTo("x-hello");
		assertThat(name("x-hello")).isSameAs(first);
		assertThat(lookup("x-hello")).isSameAs(first);
	}

	@Test
	void anotherNameAtTheSameAddressIsSeen() {
		name("x-one");
		assertThat(name("x-two")).isEqualTo("x-two");
		assertThat(name("x-on")).isEqualTo("x-on");
		assertThat(lookup("x-longer")).isEqualTo("x-longer");
	}

	@Test
	void upperCaseIsLoweredEachTime() {
		assertThat(name("X-Hello")).isEqualTo("x-hello");
		assertThat(name("X-Hello")).isEqualTo("x-hello");
	}

	@Test
	void nameThatWasLookedUpIsStillCheckedBeforeItIsSet() {
		assertThat(lookup("not a name")).isEqualTo("not a name");
		assertThatExceptionOfType(StatusException.class).isThrownBy(() -> name("not a name"));
		assertThat(lookup("")).isEmpty();
		assertThatExceptionOfType(StatusException.class).isThrownBy(() -> name(""));
	}

	@Test
	void longNameIsTakenButNotKept() {
		String text = "x".repeat(500);
		assertThat(name(text)).isEqualTo(text).isNotSameAs(name(text));
	}

	private String name(String text) {
		return this.names.name(this.memory, ADDRESS, write(text));
	}

	private String lookup(String text) {
		return this.names.lookup(this.memory, ADDRESS, write(text));
	}

	private int write(String text) {
		byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
		this.memory.write(ADDRESS, bytes);
		return bytes.length;
	}

}
