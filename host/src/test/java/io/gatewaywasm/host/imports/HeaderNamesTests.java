package io.gatewaywasm.host.imports;

import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link HeaderNames}.
 */
class HeaderNamesTests {

	private static final int ADDRESS = 1000;

	private final FakeMemory memory = new FakeMemory(4096);

	private final HeaderNames names = new HeaderNames();

	@Test
	void constantNameIsDecodedOnce() {
		String first = lookup("x-hello");
		assertThat(first).isEqualTo("x-hello");
		assertThat(lookup("x-hello")).isSameAs(first);
	}

	@Test
	void anotherNameAtTheSameAddressIsSeen() {
		lookup("x-one");
		assertThat(lookup("x-two")).isEqualTo("x-two");
		assertThat(lookup("x-on")).isEqualTo("x-on");
		assertThat(lookup("x-longer")).isEqualTo("x-longer");
	}

	@Test
	void upperCaseIsLoweredEachTime() {
		assertThat(lookup("X-Hello")).isEqualTo("x-hello");
		assertThat(lookup("X-Hello")).isEqualTo("x-hello");
	}

	@Test
	void longNameIsAcceptedButNotCached() {
		String text = "x".repeat(500);
		assertThat(lookup(text)).isEqualTo(text).isNotSameAs(lookup(text));
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
