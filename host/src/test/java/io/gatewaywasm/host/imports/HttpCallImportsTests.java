package io.gatewaywasm.host.imports;

import io.gatewaywasm.host.abi.Status;
import io.gatewaywasm.host.abi.StatusException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class HttpCallImportsTests {

	private final FakeGuest guest = new FakeGuest();

	private Status httpCall(FakeGuest.Slice headers, int timeout, int token) {
		return this.guest.call("proxy_http_call", this.guest.text("auth"), headers, this.guest.text("body"),
				this.guest.pairs("t", "1"), timeout, token);
	}

	private FakeGuest.Slice valid() {
		return this.guest.pairs(":method", "GET", ":path", "/", ":authority", "a", "X", "1");
	}

	@Test
	void httpCallStartsACallAndReturnsItsToken() {
		assertThat(httpCall(valid(), 1000, FakeGuest.FIRST)).isEqualTo(Status.OK);
		assertThat(this.guest.host.calls)
			.containsExactly("httpCall auth [:method=GET,:path=/,:authority=a,x=1] body [t=1] 1000");
		assertThat(this.guest.result(FakeGuest.FIRST)).isEqualTo(4);
	}

	@ParameterizedTest
	@CsvSource({ ":path, :authority", ":method, :authority", ":method, :path" })
	void httpCallWithoutAPseudoHeaderIsABadArgument(String first, String second) {
		assertThat(httpCall(this.guest.pairs(first, "x", second, "y"), 0, FakeGuest.FIRST))
			.isEqualTo(Status.BAD_ARGUMENT);
		assertThat(this.guest.host.calls).isEmpty();
	}

	@Test
	void httpCallTakesHostAsTheAuthority() {
		assertThat(httpCall(this.guest.pairs(":method", "GET", ":path", "/", "Host", "a"), 0, FakeGuest.FIRST))
			.isEqualTo(Status.OK);
		assertThat(this.guest.host.calls)
			.containsExactly("httpCall auth [:method=GET,:path=/,:authority=a] body [t=1] 0");
	}

	@ParameterizedTest
	@ValueSource(strings = { "CONNECT", "connect", "Connect", " CONNECT ", "", " ", "GET /", "G\u0000ET", "GET\r\nX: y",
			"G\tET", "GET,POST", "(GET)", ":GET", "G\u00c9T", "GET@host" })
	void httpCallWithAMethodThatNoRequestMayHaveIsNotSent(String method) {
		FakeGuest.Slice headers = this.guest.pairs(":method", method, ":path", "/", ":authority", "a");
		assertThat(httpCall(headers, 0, FakeGuest.FIRST)).isEqualTo(Status.OK);
		FakeGuest.Slice second = this.guest.pairs(":method", "GET", ":method", method, ":path", "/", ":authority", "a");
		assertThat(httpCall(second, 0, FakeGuest.FIRST)).isEqualTo(Status.OK);
		assertThat(this.guest.host.calls).hasSize(2).allMatch((call) -> call.startsWith("refusedHttpCall auth "));
	}

	@ParameterizedTest
	@ValueSource(strings = { "/a\rb", "/a\nb", "/a\u0000b", "/a\r\n", "\r", "/\u0001", "/\u007f" })
	void httpCallWithAPathWithControlCharactersIsNotSent(String path) {
		FakeGuest.Slice headers = this.guest.pairs(":method", "GET", ":path", path, ":authority", "a");
		assertThat(httpCall(headers, 0, FakeGuest.FIRST)).isEqualTo(Status.OK);
		assertThat(this.guest.host.calls).containsExactly("refusedHttpCall auth invalid header value for: :path");
		assertThat(this.guest.result(FakeGuest.FIRST)).isEqualTo(8);
	}

	@ParameterizedTest
	@CsvSource({ "'a b', 1, invalid header name: a b", "'a\n', 1, invalid header name: a\\n",
			"':', 1, 'invalid header name: :'", "x-a, 'a\u0001b', invalid header value for: x-a",
			"x-a, 'a\r\nb: c', invalid header value for: x-a", "x-a, 'a\u0000', invalid header value for: x-a",
			":authority, 'a\nb', invalid header value for: :authority" })
	void httpCallWithAHeaderThatHttpDoesNotAllowIsNotSent(String name, String value, String reason) {
		FakeGuest.Slice headers = this.guest.pairs(":method", "GET", ":path", "/", ":authority", "a", name, value);
		assertThat(httpCall(headers, 0, FakeGuest.FIRST)).isEqualTo(Status.OK);
		assertThat(this.guest.host.calls).containsExactly("refusedHttpCall auth " + reason);
	}

	@Test
	void headerWithoutANameAndTrailersThatHttpDoesNotAllowAreLeftOut() {
		FakeGuest.Slice headers = this.guest.pairs(":method", "GET", ":path", "/", ":authority", "a", "", "1");
		assertThat(this.guest.call("proxy_http_call", this.guest.text("auth"), headers, this.guest.text("body"),
				this.guest.pairs("a b", "1", "x-a", "a\nb", "t", "1"), 0, FakeGuest.FIRST))
			.isEqualTo(Status.OK);
		assertThat(this.guest.host.calls)
			.containsExactly("httpCall auth [:method=GET,:path=/,:authority=a] body [t=1] 0");
	}

	@ParameterizedTest
	@ValueSource(strings = { "/a\tb", "/ b ", "/\u00ff", "@other.example/", "?x", "", "http://other.example/" })
	void pathOfAnHttpCallIsHandedOverByteForByte(String path) {
		FakeGuest.Slice headers = this.guest.pairs(":method", "GET", ":path", path, ":authority", "a");
		assertThat(httpCall(headers, 0, FakeGuest.FIRST)).isEqualTo(Status.OK);
		assertThat(this.guest.host.calls).singleElement().asString().contains(":path=" + path + ",");
	}

	@ParameterizedTest
	@ValueSource(strings = { "GET", "get", "PURGE", "M-SEARCH", "X!#$%&'*+.^_`|~9", "TRACE", "CONNECTS" })
	void httpCallTakesEveryOtherMethod(String method) {
		FakeGuest.Slice headers = this.guest.pairs(":method", method, ":path", "/", ":authority", "a");
		assertThat(httpCall(headers, 0, FakeGuest.FIRST)).isEqualTo(Status.OK);
	}

	@Test
	void httpCallWithMalformedHeadersIsABadArgument() {
		assertThat(httpCall(this.guest.text("garbage"), 0, FakeGuest.FIRST)).isEqualTo(Status.BAD_ARGUMENT);
	}

	@Test
	void httpCallWithANegativeTimeoutIsABadArgument() {
		assertThat(httpCall(valid(), -1, FakeGuest.FIRST)).isEqualTo(Status.BAD_ARGUMENT);
		assertThat(this.guest.host.calls).isEmpty();
	}

	@Test
	void httpCallToAnUnknownUpstreamReturnsTheStatusOfTheHost() {
		this.guest.host.failure = StatusException.of(Status.BAD_ARGUMENT);
		assertThat(httpCall(valid(), 0, FakeGuest.FIRST)).isEqualTo(Status.BAD_ARGUMENT);
		assertThat(this.guest.result(FakeGuest.FIRST)).isZero();
	}

	@Test
	void httpCallDoesNotStartACallWhoseTokenCannotBeTold() {
		assertThat(httpCall(valid(), 0, FakeGuest.OUTSIDE)).isEqualTo(Status.INVALID_MEMORY_ACCESS);
		assertThat(this.guest.host.calls).isEmpty();
	}

	@Test
	void getStatusGivesCodeAndMessage() {
		this.guest.host.statusCode = 14;
		this.guest.host.statusMessage = "reset";
		assertThat(this.guest.call("proxy_get_status", FakeGuest.THIRD, FakeGuest.FIRST, FakeGuest.SECOND))
			.isEqualTo(Status.OK);
		assertThat(this.guest.result(FakeGuest.THIRD)).isEqualTo(14);
		assertThat(this.guest.textValue()).isEqualTo("reset");
	}

	@Test
	void getStatusGivesAnEmptyMessageWithoutAnAllocation() {
		assertThat(this.guest.call("proxy_get_status", FakeGuest.THIRD, FakeGuest.FIRST, FakeGuest.SECOND))
			.isEqualTo(Status.OK);
		assertThat(this.guest.result(FakeGuest.THIRD)).isZero();
		assertThat(this.guest.value()).isEmpty();
		assertThat(this.guest.host.allocations).isZero();
	}

}
