package io.gatewaywasm.registry.oci;

import java.nio.charset.StandardCharsets;

import io.gatewaywasm.registry.FetchFailure;
import io.gatewaywasm.registry.ModuleFetchException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link JsonObject}.
 */
class JsonObjectTests {

	private static JsonObject parse(String json) {
		return JsonObject.parse(json.getBytes(StandardCharsets.UTF_8), "manifest");
	}

	@Test
	void returnsMembersOfTheExpectedType() {
		JsonObject json = parse("""
				{"text": "a", "number": 9007199254740993, "array": ["b", 1, {"c": "d"}, null], "object": {"e": "f"},
				"null": null, "decimal": 1.5, "true": true}""");
		assertThat(json.string("text")).isEqualTo("a");
		assertThat(json.number("number")).isEqualTo(9007199254740993L);
		assertThat(json.strings("array")).containsExactly("b");
		assertThat(json.objects("array")).extracting((object) -> object.string("c")).containsExactly("d");
		assertThat(json.object("object").string("e")).isEqualTo("f");
		assertThat(json.has("null")).isTrue();
	}

	@Test
	void treatsMembersOfOtherTypesAsAbsent() {
		JsonObject json = parse("{\"text\": \"a\", \"decimal\": 1.5, \"large\": 99999999999999999999}");
		assertThat(json.number("text")).isEqualTo(-1);
		assertThat(json.number("decimal")).isEqualTo(-1);
		assertThat(json.number("large")).isEqualTo(-1);
		assertThat(json.string("decimal")).isNull();
		assertThat(json.object("text").has("a")).isFalse();
		assertThat(json.objects("text")).isEmpty();
		assertThat(json.strings("missing")).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "[]", "1", "{", "{\"a\":", "{\"a\":1,}", "{} {}", "{}]", "<html>" })
	void refusesTextsThatAreNotOneObject(String text) {
		assertThatExceptionOfType(ModuleFetchException.class).isThrownBy(() -> parse(text))
			.withMessage("The manifest is not a JSON object")
			.satisfies((ex) -> assertThat(ex.getFailure()).isEqualTo(FetchFailure.PROTOCOL));
	}

	@Test
	void refusesObjectsThatAreNestedTooDeeply() {
		String deep = "{\"a\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}";
		assertThatExceptionOfType(ModuleFetchException.class).isThrownBy(() -> parse(deep));
	}

}
