package io.gatewaywasm.boot.cel;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RegexSize}.
 */
class RegexSizeTests {

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
			""                                                                 | 1
			abc                                                                | 4
			a{10}                                                              | 12
			(ab){10}                                                           | 45
			(a{10}){10}                                                        | 144
			[(]{3}a                                                            | 6
			[]({]{3}a                                                          | 6
			[[:alpha:](]{3}                                                    | 5
			\\(a{3}                                                            | 6
			\\Q(a{9}\\E                                                        | 6
			\\p{Greek}{2}                                                      | 11
			\\x{2028}{2}                                                      | 4
			\\x{2028                                                          | 7
			a{x}                                                               | 5
			a{1,2,3}                                                           | 5
			""")
	void sizeIsThatOfTheProgram(String regex, long size) {
		assertThat(RegexSize.of(regex)).isEqualTo(size);
	}

	@ParameterizedTest
	@ValueSource(strings = { "^/api/v[0-9]+/(users|orders)/[^/]+$",
			"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "([0-9]{1,3}\\.){3}[0-9]{1,3}",
			"(?i)(union|select|insert|update|delete).{0,100}(from|into|where)" })
	void ordinaryExpressionsAreSmall(String regex) {
		assertThat(RegexSize.of(regex)).isLessThan(250);
	}

	@ParameterizedTest
	@ValueSource(strings = { "((a{100}){100}){100}", "(((a{1000}){1000}){1000}){1000}", "(?:(?:a{100}){100}){100}",
			"(?P<x>(a{0,100}){100})", "((a{100}){100,}", "\\Q(\\E((a{100}){100}){100}",
			"[[:alpha:]((a{1}]((a{100}){100}){100}", "((\\){100}){100}){100}" })
	void nestedRepetitionsMultiply(String regex) {
		assertThat(RegexSize.of(regex)).isGreaterThan(5000);
	}

}
