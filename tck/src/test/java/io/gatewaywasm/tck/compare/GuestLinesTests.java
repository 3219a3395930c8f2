package io.gatewaywasm.tck.compare;

import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class GuestLinesTests {

	@Test
	void partsOfABodyThatTheGuestOnlyPassesOnAreOne() {
		assertThat(GuestLines.comparable(
				List.of("request_body #1 size=5 end=0", "request_body #1 size=3 end=0", "request_body #1 size=0 end=1"),
				false))
			.containsExactly("request_body #1 size=8 end=1");
	}

	@Test
	void partsOfABodyThatTheGuestBuffersAreOne() {
		assertThat(GuestLines.comparable(List.of("request_body #1 size=5 end=0", "  return 1",
				"request_body #1 size=10 end=1", "  body request = 0 \"helloworld\""), false))
			.containsExactly("request_body #1 size=10 end=1", "  body request = 0 \"helloworld\"");
	}

	@Test
	void partsWithHostCallsStayApart() {
		List<String> lines = List.of("response_body #1 size=5 end=0", "  body response = 0 \"hello\"",
				"response_body #1 size=5 end=1", "  body response = 0 \"world\"");
		assertThat(GuestLines.comparable(lines, false)).isEqualTo(lines);
	}

	@Test
	void emptyLastPartBelongsToTheOneBefore() {
		assertThat(GuestLines.comparable(List.of("response_body #1 size=5 end=0", "  body response = 0 \"hello\"",
				"response_body #1 size=0 end=1"), false))
			.containsExactly("response_body #1 size=5 end=1", "  body response = 0 \"hello\"");
	}

	@Test
	void streamsAndDirectionsStayApart() {
		List<String> lines = List.of("request_body #1 size=5 end=0", "request_body #2 size=5 end=0",
				"response_body #1 size=5 end=1");
		assertThat(GuestLines.comparable(lines, false)).isEqualTo(lines);
	}

	@Test
	void exactPartsStayAsTheyAre() {
		List<String> lines = List.of("request_body #1 size=5 end=0", "request_body #1 size=0 end=1");
		assertThat(GuestLines.comparable(lines, true)).isEqualTo(lines);
	}

	@Test
	void headersOfTheProxyAreLeftOut() {
		assertThat(GuestLines
			.comparable(List.of("  pairs request = 0", "  \"x-forwarded-proto\": \"http\"", "  \"x-a\": \"1\""), false))
			.doesNotContain("  \"x-forwarded-proto\": \"http\"");
	}

}
