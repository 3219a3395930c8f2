package io.gatewaywasm.boot.gateway;

import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.cloud.gateway.route.Route;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ResponseCacheRefusals}.
 */
@ExtendWith(OutputCaptureExtension.class)
class ResponseCacheRefusalsTests {

	private final ResponseCacheRefusals refusals = new ResponseCacheRefusals();

	@Test
	void refusalsOfARouteAreLoggedAgainAfterTheRouteWasRemoved(CapturedOutput output) {
		String logged = "Requests of route 'cached' are answered with 503";
		Route route = Route.async().id("cached").uri("http://localhost:1").predicate((exchange) -> true).build();
		this.refusals.refuse(route);
		this.refusals.retainReported(Set.of("cached"));
		this.refusals.refuse(route);
		assertThat(output).containsOnlyOnce(logged);
		this.refusals.retainReported(Set.of("other"));
		this.refusals.refuse(route);
		assertThat(output.toString().split(logged)).hasSize(3);
	}

}
