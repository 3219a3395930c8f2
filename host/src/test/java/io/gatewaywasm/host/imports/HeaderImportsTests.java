package io.gatewaywasm.host.imports;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import io.gatewaywasm.host.abi.HeaderList;
import io.gatewaywasm.host.abi.HeaderPair;
import io.gatewaywasm.host.abi.MapType;
import io.gatewaywasm.host.abi.Status;
import io.gatewaywasm.host.fixture.DelegatingHeaders;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class HeaderImportsTests {

	private static final int REQUEST = 0;

	private static final int RESPONSE = 2;

	private final FakeGuest guest = new FakeGuest();

	private final HeaderList headers = HeaderList.of(":method", "GET", "Accept", "a", "accept", "b", "X-Empty", "",
			"x-bytes", "\u00ff\u0080");

	private final HeaderList responseHeaders = new HeaderList();

	@BeforeEach
	void setUp() {
		this.guest.host.mutableHeaders.put(MapType.RESPONSE_HEADERS, this.responseHeaders);
		this.guest.host.headers.put(MapType.REQUEST_HEADERS, this.headers);
		this.guest.host.mutableHeaders.put(MapType.REQUEST_HEADERS, this.headers);
	}

	private Status get(int type, String name) {
		return this.guest.call("proxy_get_header_map_value", type, this.guest.text(name), FakeGuest.FIRST,
				FakeGuest.SECOND);
	}

	private Status pairs(int type) {
		return this.guest.call("proxy_get_header_map_pairs", type, FakeGuest.FIRST, FakeGuest.SECOND);
	}

	@ParameterizedTest
	@ValueSource(strings = { "accept", "Accept", "ACCEPT" })
	void getGivesTheFirstValueWhateverTheCase(String name) {
		assertThat(get(REQUEST, name)).isEqualTo(Status.OK);
		assertThat(this.guest.textValue()).isEqualTo("a");
	}

	@Test
	void getGivesTheBytesOfTheValue() {
		assertThat(get(REQUEST, "x-bytes")).isEqualTo(Status.OK);
		assertThat(this.guest.value()).containsExactly(0xFF, 0x80);
	}

	@Test
	void getOfAnEmptyValueIsOkWithoutAnAllocation() {
		assertThat(get(REQUEST, "x-empty")).isEqualTo(Status.OK);
		assertThat(this.guest.result(FakeGuest.FIRST)).isZero();
		assertThat(this.guest.result(FakeGuest.SECOND)).isZero();
		assertThat(this.guest.host.allocations).isZero();
	}

	@ParameterizedTest
	@ValueSource(strings = { "missing", "", "not a token" })
	void getOfAMissingHeaderIsNotFound(String name) {
		assertThat(get(REQUEST, name)).isEqualTo(Status.NOT_FOUND);
		assertThat(this.guest.isUntouched()).isTrue();
	}

	@Test
	void getOfAMissingHeaderIsEmptyForAbi010() {
		this.guest.host.missingHeaderIsEmpty = true;
		assertThat(get(REQUEST, "missing")).isEqualTo(Status.OK);
		assertThat(this.guest.value()).isEmpty();
		assertThat(this.guest.result(FakeGuest.FIRST)).isZero();
	}

	@Test
	void getFromAnAbsentMapIsABadArgument() {
		assertThat(get(RESPONSE, "x")).isEqualTo(Status.BAD_ARGUMENT);
		this.guest.host.missingHeaderIsEmpty = true;
		assertThat(get(RESPONSE, "x")).isEqualTo(Status.BAD_ARGUMENT);
	}

	@Test
	void getFromAnAbsentMapInTheLogPhaseIsNotFound() {
		this.guest.host.inLogPhase = true;
		assertThat(get(RESPONSE, "x")).isEqualTo(Status.NOT_FOUND);
	}

	@Test
	void getFromAnAbsentMapInTheLogPhaseIsEmptyForAbi010() {
		this.guest.host.inLogPhase = true;
		this.guest.host.missingHeaderIsEmpty = true;
		assertThat(get(RESPONSE, "x")).isEqualTo(Status.OK);
		assertThat(this.guest.value()).isEmpty();
	}

	@Test
	void pairsGiveEverythingInOrderWithLowerCaseNames() {
		assertThat(pairs(REQUEST)).isEqualTo(Status.OK);
		assertThat(this.guest.pairsValue()).containsExactly(new HeaderPair(":method", "GET"),
				new HeaderPair("accept", "a"), new HeaderPair("accept", "b"), new HeaderPair("x-empty", ""),
				new HeaderPair("x-bytes", "\u00ff\u0080"));
		assertThat(this.guest.host.allocations).isOne();
	}

	@Test
	void pairsOfAnAbsentMapAreEmpty() {
		assertThat(pairs(RESPONSE)).isEqualTo(Status.OK);
		assertThat(this.guest.result(FakeGuest.FIRST)).isZero();
		assertThat(this.guest.result(FakeGuest.SECOND)).isZero();
	}

	@Test
	void pairsOfAnEmptyMapAreEmptyWithoutAnAllocation() {
		this.headers.replaceAll(List.of());
		assertThat(pairs(REQUEST)).isEqualTo(Status.OK);
		assertThat(this.guest.result(FakeGuest.FIRST)).isZero();
		assertThat(this.guest.result(FakeGuest.SECOND)).isZero();
		assertThat(this.guest.host.allocations).isZero();
	}

	@Test
	void sizeCountsTheBytesOfNamesAndValues() {
		assertThat(this.guest.call("proxy_get_header_map_size", REQUEST, FakeGuest.FIRST)).isEqualTo(Status.OK);
		int expected = this.headers.toList()
			.stream()
			.mapToInt((pair) -> pair.name().length() + pair.value().length())
			.sum();
		assertThat(this.guest.result(FakeGuest.FIRST)).isEqualTo(expected);
	}

	@Test
	void sizeOfAnAbsentMapIsABadArgument() {
		assertThat(this.guest.call("proxy_get_header_map_size", RESPONSE, FakeGuest.FIRST))
			.isEqualTo(Status.BAD_ARGUMENT);
	}

	@ParameterizedTest
	@EnumSource(names = { "HTTP_CALL_RESPONSE_HEADERS", "HTTP_CALL_RESPONSE_TRAILERS", "GRPC_CALL_INITIAL_METADATA",
			"GRPC_CALL_TRAILING_METADATA" })
	void mapsOfCalloutsHaveNoSize(MapType type) {
		this.guest.host.headers.put(type, this.headers);
		assertThat(this.guest.call("proxy_get_header_map_size", type.ordinal(), FakeGuest.FIRST))
			.isEqualTo(Status.BAD_ARGUMENT);
	}

	@Test
	void missingHeaderHasPrecedenceOverPointersOutsideTheMemory() {
		assertThat(this.guest.call("proxy_get_header_map_value", REQUEST, this.guest.text("x-none"), FakeGuest.OUTSIDE,
				FakeGuest.OUTSIDE))
			.isEqualTo(Status.NOT_FOUND);
	}

	@Test
	void setPairsReplacesTheMap() {
		assertThat(this.guest.call("proxy_set_header_map_pairs", REQUEST, this.guest.pairs("A", "1", "a", "2")))
			.isEqualTo(Status.OK);
		assertThat(this.headers.toList()).containsExactly(new HeaderPair("a", "1"), new HeaderPair("a", "2"));
	}

	@Test
	void setPairsTakesMalformedOnesAsNone() {
		assertThat(this.guest.call("proxy_set_header_map_pairs", REQUEST, this.guest.text("garbage")))
			.isEqualTo(Status.OK);
		assertThat(this.headers.toList()).isEmpty();
	}

	@Test
	void setPairsWithABadNameChangesNothing() {
		assertThat(this.guest.call("proxy_set_header_map_pairs", REQUEST, this.guest.pairs("a", "1", "b c", "2")))
			.isEqualTo(Status.BAD_ARGUMENT);
		assertThat(this.headers.toList()).hasSize(5);
	}

	@Test
	void addAppendsWithALowerCaseName() {
		assertThat(
				this.guest.call("proxy_add_header_map_value", REQUEST, this.guest.text("ACCEPT"), this.guest.text("c")))
			.isEqualTo(Status.OK);
		assertThat(this.headers.toList()).hasSize(6).endsWith(new HeaderPair("accept", "c"));
	}

	@Test
	void replaceSetsASingleValue() {
		assertThat(this.guest.call("proxy_replace_header_map_value", REQUEST, this.guest.text("Accept"),
				this.guest.text("c")))
			.isEqualTo(Status.OK);
		assertThat(this.headers.toList()).filteredOn((pair) -> pair.name().equals("accept"))
			.containsExactly(new HeaderPair("accept", "c"));
	}

	@Test
	void removeRemovesAllValues() {
		assertThat(this.guest.call("proxy_remove_header_map_value", REQUEST, this.guest.text("Accept")))
			.isEqualTo(Status.OK);
		assertThat(this.headers.toList()).hasSize(3);
	}

	@Test
	void changingAMapThatCannotBeChangedIsABadArgument() {
		this.guest.host.mutableHeaders.clear();
		FakeGuest.Slice name = this.guest.text("a");
		assertThat(this.guest.call("proxy_add_header_map_value", REQUEST, name, name)).isEqualTo(Status.BAD_ARGUMENT);
		assertThat(this.guest.call("proxy_replace_header_map_value", REQUEST, name, name))
			.isEqualTo(Status.BAD_ARGUMENT);
		assertThat(this.guest.call("proxy_remove_header_map_value", REQUEST, name)).isEqualTo(Status.BAD_ARGUMENT);
		assertThat(this.guest.call("proxy_set_header_map_pairs", REQUEST, this.guest.pairs()))
			.isEqualTo(Status.BAD_ARGUMENT);
		assertThat(this.headers.toList()).hasSize(5);
	}

	@ParameterizedTest
	@ValueSource(ints = { 8, -1 })
	void anUnknownTypeIsABadArgument(int type) {
		FakeGuest.Slice name = this.guest.text("a");
		assertThat(get(type, "a")).isEqualTo(Status.BAD_ARGUMENT);
		assertThat(pairs(type)).isEqualTo(Status.BAD_ARGUMENT);
		assertThat(this.guest.call("proxy_get_header_map_size", type, 16)).isEqualTo(Status.BAD_ARGUMENT);
		assertThat(this.guest.call("proxy_add_header_map_value", type, name, name)).isEqualTo(Status.BAD_ARGUMENT);
		assertThat(this.guest.call("proxy_replace_header_map_value", type, name, name)).isEqualTo(Status.BAD_ARGUMENT);
		assertThat(this.guest.call("proxy_remove_header_map_value", type, name)).isEqualTo(Status.BAD_ARGUMENT);
		assertThat(this.guest.call("proxy_set_header_map_pairs", type, this.guest.pairs()))
			.isEqualTo(Status.BAD_ARGUMENT);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", ":", "a b", "a:b", "::a", "a\nb", "a\u0000", "caf\u00e9", "a(b", "a\u007f" })
	void aNameThatHttpForbidsIsABadArgument(String name) {
		assertThat(
				this.guest.call("proxy_add_header_map_value", REQUEST, this.guest.latin1(name), this.guest.text("v")))
			.isEqualTo(Status.BAD_ARGUMENT);
		assertThat(this.guest.call("proxy_replace_header_map_value", REQUEST, this.guest.latin1(name),
				this.guest.text("v")))
			.isEqualTo(Status.BAD_ARGUMENT);
		assertThat(this.headers.toList()).hasSize(5);
	}

	@ParameterizedTest
	@ValueSource(strings = { ":path", "x-1", "!#$%&'*+-.^_`|~", "z" })
	void aNameThatHttpAllowsIsAccepted(String name) {
		assertThat(
				this.guest.call("proxy_replace_header_map_value", REQUEST, this.guest.text(name), this.guest.text("v")))
			.isEqualTo(Status.OK);
		assertThat(this.headers.get(name)).isEqualTo("v");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", ":", "a b", "a\nb" })
	void aMapThatCanEndItsMessageAcceptsANameThatHttpForbids(String name) {
		RefusingHeaders refusing = new RefusingHeaders(new HeaderList());
		this.guest.host.mutableHeaders.put(MapType.RESPONSE_HEADERS, refusing);
		String reason = "invalid header name: " + name.replace("\n", "\\n");
		assertThat(this.guest.call("proxy_add_header_map_value", RESPONSE, this.guest.text(name), this.guest.text("v")))
			.isEqualTo(Status.OK);
		assertThat(this.guest.call("proxy_replace_header_map_value", RESPONSE, this.guest.text(name),
				this.guest.text("v")))
			.isEqualTo(Status.OK);
		assertThat(this.guest.call("proxy_set_header_map_pairs", RESPONSE, this.guest.pairs("a", "1", name, "v")))
			.isEqualTo(Status.OK);
		assertThat(refusing.reasons).containsExactly(reason, reason, reason);
		assertThat(refusing.pairs.toList()).containsExactly(new HeaderPair("a", "1"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "\r\n", "\n", "\u0000", "\u007f" })
	void aRequestWithAControlCharacterInAValueIsRefused(String character) {
		RefusingHeaders refusing = new RefusingHeaders(new HeaderList());
		this.guest.host.mutableHeaders.put(MapType.REQUEST_HEADERS, refusing);
		assertThat(this.guest.call("proxy_add_header_map_value", REQUEST, this.guest.text("x"),
				this.guest.text("a" + character + "b")))
			.isEqualTo(Status.OK);
		assertThat(refusing.reasons).containsExactly("invalid header value for: x");
		assertThat(refusing.pairs.toList()).isEmpty();
	}

	@Test
	void headerOfTheConnectionIsReportedUnlessItIsAlreadyThere() {
		this.headers.add("te", "trailers");
		set(REQUEST, "te", "trailers");
		set(REQUEST, "content-length", "1");
		assertThat(this.guest.host.calls).isEmpty();
		set(REQUEST, "Connection", "close");
		assertThat(this.guest.call("proxy_set_header_map_pairs", RESPONSE, this.guest.pairs("upgrade", "h2c")))
			.isEqualTo(Status.OK);
		assertThat(this.guest.host.calls).containsExactly("notSent connection", "notSent upgrade");
	}

	private void set(int type, String name, String value) {
		assertThat(
				this.guest.call("proxy_replace_header_map_value", type, this.guest.text(name), this.guest.text(value)))
			.isEqualTo(Status.OK);
	}

	@Test
	void aValueCannotSmuggleAnotherHeader() {
		assertThat(this.guest.call("proxy_replace_header_map_value", RESPONSE, this.guest.text("x"),
				this.guest.text("a\r\nb: c\u0000d")))
			.isEqualTo(Status.OK);
		assertThat(this.responseHeaders.get("x")).isEqualTo("a  b: c d");
	}

	@Test
	void controlCharactersAndSpaceAroundAValueDoNotFailTheGuest() {
		assertThat(this.guest.call("proxy_replace_header_map_value", RESPONSE, this.guest.text("x"),
				this.guest.latin1("\n \ta\tb\u0001c\u007fd\u00e9 \r\n")))
			.isEqualTo(Status.OK);
		assertThat(this.responseHeaders.get("x")).isEqualTo("a\tb c d\u00e9");
	}

	@Test
	void aValueOfNothingButSpaceIsEmpty() {
		assertThat(this.guest.call("proxy_replace_header_map_value", RESPONSE, this.guest.text("x"),
				this.guest.text(" \n")))
			.isEqualTo(Status.OK);
		assertThat(this.responseHeaders.get("x")).isEmpty();
	}

	@Test
	void valuesKeepTheirBytes() {
		byte[] utf8 = "grüß".getBytes(StandardCharsets.UTF_8);
		this.guest.call("proxy_replace_header_map_value", REQUEST, this.guest.text("x"), this.guest.bytes(utf8));
		assertThat(this.headers.get("x")).isEqualTo(new String(utf8, StandardCharsets.ISO_8859_1));
		get(REQUEST, "x");
		assertThat(this.guest.value()).isEqualTo(utf8);
	}

	/** The headers of a message that is answered with an error. */
	private static final class RefusingHeaders extends DelegatingHeaders {

		private final HeaderList pairs;

		private final List<String> reasons = new ArrayList<>();

		private RefusingHeaders(HeaderList pairs) {
			super(pairs);
			this.pairs = pairs;
		}

		@Override
		public void refuse(String reason) {
			this.reasons.add(reason);
		}

	}

}
