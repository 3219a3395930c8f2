package io.gatewaywasm.tck.generate;

import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ExchangeGeneratorTests {

	@Test
	void exchangesOfASeedAreTheSameEachTime() {
		assertThat(new ExchangeGenerator(3).generate(50)).isEqualTo(new ExchangeGenerator(3).generate(50))
			.isNotEqualTo(new ExchangeGenerator(4).generate(50));
	}

	@Test
	void allExchangesAreCasesWithNamesOfTheirOwn() {
		List<GeneratedExchange> exchanges = new ExchangeGenerator(3).generate(500);
		assertThat(exchanges).extracting((exchange) -> exchange.toCase().id()).doesNotHaveDuplicates();
	}

	@Test
	void exchangeHasOneCalloutAtMostAndGoesOnAfterIt() {
		assertThat(new ExchangeGenerator(3).generate(500)).allSatisfy((exchange) -> {
			assertThat(exchange.yaml().split("      call auth")).hasSizeLessThanOrEqualTo(2);
			assertThat(exchange.yaml().contains("on call_response")).isEqualTo(exchange.yaml().contains("call auth"));
		});
	}

}
