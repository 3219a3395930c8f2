package io.gatewaywasm.host.abi;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class PrintableTextTests {

	@Test
	void harmlessTextStaysTheSame() {
		String text = "grüß dich,\t日本語 😀";
		assertThat(PrintableText.of(text, 100)).isSameAs(text);
	}

	@ParameterizedTest
	@CsvSource({ "0a,\\n", "0d,\\r", "00,\\u0000", "0b,\\u000b", "0c,\\u000c", "1b,\\u001b", "7f,\\u007f", "85,\\u0085",
			"9b,\\u009b", "2028,\\u2028", "2029,\\u2029", "202e,\\u202e", "2066,\\u2066", "200f,\\u200f" })
	void whatCouldForgeALineIsEscaped(String code, String escape) {
		String text = "before" + (char) Integer.parseInt(code, 16) + "after";
		assertThat(PrintableText.of(text, 100)).isEqualTo("before" + escape + "after");
	}

	@Test
	void longTextIsCutAndSaysSo() {
		assertThat(PrintableText.of("x".repeat(20) + "\n", 10)).isEqualTo("xxxxxxxxxx… (21 characters)");
	}

}
