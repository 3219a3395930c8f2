package io.gatewaywasm.host.abi;

import java.nio.charset.StandardCharsets;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class PropertyPathTests {

	private static List<String> decode(String path) {
		return PropertyPath.decode(path.getBytes(StandardCharsets.UTF_8));
	}

	@Test
	void segmentsAreSeparatedByNul() {
		assertThat(decode("request\0headers\0x-a")).containsExactly("request", "headers", "x-a");
		assertThat(decode("route_name")).containsExactly("route_name");
	}

	@Test
	void oneNulAtTheEndIsIgnored() {
		assertThat(decode("request\0path\0")).containsExactly("request", "path");
		assertThat(decode("request\0path\0\0")).containsExactly("request", "path", "");
	}

	@Test
	void emptySegmentsInsideAreKept() {
		assertThat(decode("a\0\0b")).containsExactly("a", "", "b");
		assertThat(decode("\0b")).containsExactly("", "b");
	}

	@Test
	void thereIsAlwaysASegment() {
		assertThat(decode("")).containsExactly("");
		assertThat(decode("\0")).containsExactly("");
	}

	@Test
	void segmentsAreUtf8() {
		assertThat(decode("metadata\0grüße")).containsExactly("metadata", "grüße");
	}

}
