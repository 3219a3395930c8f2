package io.gatewaywasm.boot.gateway.exchange;

import java.net.ConnectException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

import io.gatewaywasm.boot.gateway.attributes.UpstreamCall;
import io.netty.handler.timeout.ReadTimeoutException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.netty.channel.AbortedException;

import org.springframework.beans.factory.support.StaticListableBeanFactory;
import org.springframework.http.HttpStatus;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.WebExceptionHandler;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ErrorResponses}.
 */
class ErrorResponsesTests {

	private final ErrorResponses responses = responses();

	private final UpstreamCall call = new UpstreamCall();

	private final MockServerWebExchange exchange = MockServerWebExchange.from(MockServerHttpRequest.get("/"));

	static Stream<Throwable> errorsOfTheGateway() {
		return Stream.of(new ResponseStatusException(HttpStatus.GATEWAY_TIMEOUT), new ConnectException("refused"),
				new TimeoutException(), ReadTimeoutException.INSTANCE);
	}

	static Stream<Throwable> errorsOfTheApplication() {
		return Stream.of(new IllegalStateException("for a filter outside"), new AssertionError(),
				new AbortedException("the client has left"));
	}

	@ParameterizedTest
	@MethodSource("errorsOfTheGateway")
	void errorOfTheGatewayIsRespondedTo(Throwable error) {
		assertThat(this.responses.respond(this.exchange, this.call, error)).isNotNull();
	}

	@ParameterizedTest
	@MethodSource("errorsOfTheApplication")
	void errorOfTheApplicationLeavesTheChain(Throwable error) {
		assertThat(this.responses.respond(this.exchange, this.call, error)).isNull();
	}

	private static ErrorResponses responses() {
		StaticListableBeanFactory beans = new StaticListableBeanFactory();
		WebExceptionHandler handler = (exchange, error) -> exchange.getResponse().setComplete();
		beans.addBean("handler", handler);
		return new ErrorResponses(beans);
	}

}
