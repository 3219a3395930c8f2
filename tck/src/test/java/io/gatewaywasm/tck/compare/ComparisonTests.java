package io.gatewaywasm.tck.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.gatewaywasm.tck.cases.CaseFiles;
import io.gatewaywasm.tck.cases.ConformanceCase;
import io.gatewaywasm.tck.exchange.Observation;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ComparisonTests {

	private static final Map<String, String> OK = Map.of("start", "200");

	private static final Map<String, String> ERROR = Map.of("start", "500");

	@Test
	void equalResultsHaveNoDifferences() {
		assertThat(compare("- name: x", result(OK, OK), result(OK, OK))).isEmpty();
	}

	@Test
	void differenceNamesTheMessageAndTheFact() {
		assertThat(compare("- name: x", result(OK, OK), result(ERROR, OK)))
			.containsExactly(new Difference("client 1: start", "200", "500"));
	}

	@Test
	void differenceThatShowsWithoutFiltersIsTheProxysOwn() {
		assertThat(compare("- name: x", result(OK, OK), result(ERROR, ERROR))).isEmpty();
	}

	@Test
	void changeByOneProxyOfWhatIsItsOwnIsADifference() {
		assertThat(compare("- name: x", result(Map.of("start", "418"), OK), result(ERROR, ERROR))).hasSize(1);
	}

	@Test
	void whatACaseLeavesOutIsNotCompared() {
		assertThat(compare("- { name: x, leave-out: [ client ] }", result(OK, OK), result(ERROR, OK))).isEmpty();
		assertThat(compare("- { name: x, leave-out: [ 'client: start' ] }", result(OK, OK), result(ERROR, OK)))
			.isEmpty();
		assertThat(compare("- { name: x, leave-out: [ 'client: body' ] }", result(OK, OK), result(ERROR, OK)))
			.hasSize(1);
	}

	@Test
	void orderOfHeadersIsComparedIfTheCaseSaysSo() {
		Result one = result(Map.of("header-order", "a, b"), OK);
		Result other = result(Map.of("header-order", "b, a"), OK);
		assertThat(compare("- name: x", one, other)).isEmpty();
		assertThat(compare("- { name: x, strict: [ header-order ] }", one, other)).hasSize(1);
	}

	@Test
	void messageThatOneProxyDidNotSendIsADifference() {
		Result without = new Result(new Observation(Map.of(), Map.of()), new Observation(Map.of(), Map.of()));
		assertThat(compare("- name: x", result(OK, OK), without)).hasSize(1);
	}

	@Test
	void linesOfAGuestAreComparedInOrder() {
		Result one = guest("create #1", "log #1", "done #1");
		Result other = guest("create #1", "done #1", "log #1");
		assertThat(compare("- name: x", one, other)).isNotEmpty();
	}

	private static List<Difference> compare(String yaml, Result expected, Result actual) {
		return new Comparison(read(yaml)).compare(expected, actual);
	}

	@Test
	void callsAreComparedWhereTheGuestLoggedTheSame() {
		assertThat(compare("- name: x", traced("log", "done() = 0"), traced("log", "done() = 1")))
			.containsExactly(new Difference("calls of filter 1", "done() = 0", "done() = 1"));
		assertThat(compare("- name: x", traced("log", "done() = 0"), traced("other", "done() = 1")))
			.containsExactly(new Difference("filter 1", "log", "other"));
	}

	@Test
	void callsAreComparedWhereTheLogIsLeftOut() {
		assertThat(compare("- { name: x, leave-out: [ filter ] }", traced("log", "done() = 0"),
				traced("other", "done() = 1")))
			.extracting(Difference::where)
			.containsExactly("calls of filter 1");
		assertThat(compare("- { name: x, leave-out: [ filter, calls of filter ] }", traced("log", "done() = 0"),
				traced("other", "done() = 1")))
			.isEmpty();
	}

	@Test
	void callsThatOnlyOneProxyTracesAreNotCompared() {
		assertThat(compare("- name: x", traced("log", "done() = 0"), guest("log"))).isEmpty();
	}

	private static Result traced(String logged, String call) {
		return new Result(
				new Observation(Map.of(), Map.of("filter 1", List.of(logged)), Map.of("filter 1", List.of(call))),
				new Observation(Map.of(), Map.of()));
	}

	private static ConformanceCase read(String yaml) {
		List<ConformanceCase> cases = new ArrayList<>();
		CaseFiles.read("area", yaml, cases);
		return cases.get(0);
	}

	private static Result result(Map<String, String> client, Map<String, String> withoutFilters) {
		return new Result(new Observation(Map.of("client 1", client), Map.of()),
				new Observation(Map.of("client 1", withoutFilters), Map.of()));
	}

	private static Result guest(String... lines) {
		return new Result(new Observation(Map.of(), Map.of("filter 1", List.of(lines))),
				new Observation(Map.of(), Map.of()));
	}

}
