package io.gatewaywasm.tck.generate;

import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ExchangeGeneratorTests {

	@Test
	void exchangesOfASeedAreTheSameEachTime() {
		assertThat(new ExchangeGenerator(3, false).generate(50)).isEqualTo(new ExchangeGenerator(3, false).generate(50))
			.isNotEqualTo(new ExchangeGenerator(4, false).generate(50));
	}

	@Test
	void allExchangesAreCasesWithNamesOfTheirOwn() {
		List<GeneratedExchange> exchanges = new ExchangeGenerator(3, false).generate(500);
		assertThat(exchanges).extracting((exchange) -> exchange.toCase().id()).doesNotHaveDuplicates();
	}

	@Test
	void everySecondExchangeIsVaried() {
		List<String> exchanges = new ExchangeGenerator(3, false).generate(400)
			.stream()
			.map(GeneratedExchange::yaml)
			.toList();
		assertThat(exchanges).anyMatch((yaml) -> yaml.contains("  filters:"))
			.anyMatch((yaml) -> yaml.contains("return 3"))
			.anyMatch((yaml) -> yaml.contains("reply 418 second"))
			.anyMatch((yaml) -> yaml.contains("version: 2"))
			.anyMatch((yaml) -> yaml.contains("http2: true"))
			.anyMatch((yaml) -> yaml.contains("behavior: refuse"))
			.anyMatch((yaml) -> yaml.contains("delay: 700"));
		assertThat(exchanges.stream().filter((yaml) -> yaml.startsWith("- name: 3-v"))).hasSize(200);
	}

	@Test
	void wideExchangesHaveAWiderGrammar() {
		List<String> exchanges = new ExchangeGenerator(3, true).generate(400)
			.stream()
			.map(GeneratedExchange::yaml)
			.toList();
		assertThat(exchanges).hasSize(400);
		for (String part : List.of("method: OPTIONS", "method: PUT", "method: HEAD", "version: \"1.0\"", "version: 2",
				"  requests: [", "expect: 100-continue", "  filters:", "request_trailers", "response_trailers",
				"on tick nth 1", "status: 304", "103 Early Hints", "framing: close", "behavior: hang", "set-pairs",
				"set-body request 100", "set-shared", "register-queue", "property own", "close response", "abort-after",
				"http2: true")) {
			assertThat(exchanges).as(part).anyMatch((yaml) -> yaml.contains(part));
		}
	}

	@Test
	void exchangeHasAtMostOneCalloutAndContinuesAfterIt() {
		assertThat(new ExchangeGenerator(3, false).generate(500)).allSatisfy((exchange) -> {
			assertThat(exchange.yaml().split("      call auth")).hasSizeLessThanOrEqualTo(2);
			assertThat(exchange.yaml().contains("on call_response")).isEqualTo(exchange.yaml().contains("call auth"));
		});
	}

}
