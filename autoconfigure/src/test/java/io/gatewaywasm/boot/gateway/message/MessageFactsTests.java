package io.gatewaywasm.boot.gateway.message;

import io.gatewaywasm.boot.gateway.body.MessageBody;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link MessageFacts}. {@link HiddenBodyIntegrationTests} and
 * {@link FramingIntegrationTests} use real connections.
 */
class MessageFactsTests {

	@Test
	void handshakeIsAGetWithAllItsHeadersAndNoBody() {
		MockServerHttpRequest.BaseBuilder<?> handshake = MockServerHttpRequest.get("/")
			.header("Upgrade", "WebSocket")
			.header("Connection", "keep-alive, Upgrade")
			.header("Sec-WebSocket-Key", "key");
		assertThat(MessageFacts.ofRequest(handshake.build()).isHandshake()).isTrue();
		assertThat(MessageFacts.ofRequest(handshake.header("Content-Length", "4").build()).webSocket())
			.isEqualTo(MessageFacts.WebSocket.ORDINARY);
	}

	@ParameterizedTest
	@CsvSource({ "GET, websocket, upgrade, '', MENTIONED", "GET, websocket, close, key, MENTIONED",
			"POST, websocket, upgrade, key, ORDINARY", "GET, 'foo, websocket', upgrade, key, HANDSHAKE",
			"GET, h2c, upgrade, key, NONE", "GET, websockets, upgrade, key, NONE", "CONNECT, '', '', '', HANDSHAKE",
			"POST, '', upgrade, key, NONE" })
	void mentionOfAWebSocketIsNotAHandshake(String method, String upgrade, String connection, String key,
			MessageFacts.WebSocket expected) {
		MockServerHttpRequest.BodyBuilder request = MockServerHttpRequest.method(HttpMethod.valueOf(method), "/");
		if (!upgrade.isEmpty()) {
			request.header("Upgrade", upgrade);
		}
		request.header("Connection", connection);
		if (!key.isEmpty()) {
			request.header("Sec-WebSocket-Key", key);
		}
		MessageFacts facts = MessageFacts.ofRequest(request.build());
		assertThat(facts.webSocket()).isEqualTo(expected);
		assertThat(facts.isWebSocketMentioned()).isEqualTo(expected != MessageFacts.WebSocket.NONE);
	}

	@ParameterizedTest
	@CsvSource({ "application/grpc, true", "application/grpc+proto, true", "Application/gRPC, false",
			"application/grpc; charset=utf-8, false", "application/grpc-web, false",
			"application/grpc-web+proto, false", "application/json, false" })
	void grpcIsNotGrpcWeb(String contentType, boolean grpc) {
		MockServerHttpRequest request = MockServerHttpRequest.post("/").header("Content-Type", contentType).build();
		assertThat(MessageFacts.ofRequest(request).grpc()).isEqualTo(grpc);
	}

	@ParameterizedTest
	@CsvSource({ "HEAD, 200, false", "GET, 200, true", "GET, 204, false", "GET, 205, true", "GET, 304, false",
			"GET, 100, false", "GET, 500, true" })
	void responseHasABodyByMethodAndStatus(String method, int status, boolean body) {
		MockServerWebExchange exchange = MockServerWebExchange
			.from(MockServerHttpRequest.method(HttpMethod.valueOf(method), "/"));
		exchange.getResponse().setRawStatusCode(status);
		exchange.getResponse().getHeaders().setContentLength(5);
		MessageFacts request = MessageFacts.ofRequest(exchange.getRequest());
		assertThat(MessageFacts.responseBody(exchange, request, exchange.getResponse()))
			.isEqualTo(body ? MessageBody.of(5) : MessageBody.NONE);
	}

	@Test
	void responseOfTheGatewayHasTheLengthThatIsWritten() {
		MockServerWebExchange exchange = MockServerWebExchange.from(MockServerHttpRequest.get("/"));
		exchange.getResponse().setStatusCode(HttpStatus.OK);
		MessageFacts request = MessageFacts.ofRequest(exchange.getRequest());
		assertThat(MessageFacts.responseBody(exchange, request, exchange.getResponse())).isEqualTo(MessageBody.UNKNOWN);
		exchange.getResponse().getHeaders().setContentLength(0);
		assertThat(MessageFacts.responseBody(exchange, request, exchange.getResponse())).isEqualTo(MessageBody.of(0));
	}

}
