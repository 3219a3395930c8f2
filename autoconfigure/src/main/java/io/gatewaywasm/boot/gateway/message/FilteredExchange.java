package io.gatewaywasm.boot.gateway.message;

import java.util.Map;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.http.codec.multipart.Part;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.util.MultiValueMap;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.ServerWebExchangeDecorator;

/**
 * An exchange with the request that a filter has changed and the response that filters
 * see. Spring's {@code mutate()} would add one decorator per filter, and every access to
 * an attribute would pass through all of them.
 */
public final class FilteredExchange extends ServerWebExchangeDecorator {

	private final ServerHttpRequest request;

	private final ServerHttpResponse response;

	private final Map<String, Object> attributes;

	/** The forms in the body, or {@code null} if no filter has seen the body. */
	private final @Nullable FilteredForms forms;

	private FilteredExchange(ServerWebExchange delegate, ServerHttpRequest request, ServerHttpResponse response,
			@Nullable FilteredForms forms) {
		super(delegate);
		this.request = request;
		this.response = response;
		this.attributes = delegate.getAttributes();
		this.forms = forms;
	}

	/** Returns the exchange before any filter has run. */
	public static ServerWebExchange received(ServerWebExchange exchange, ServerHttpRequest request,
			ServerHttpResponse response) {
		return new FilteredExchange(exchange, request, response, null);
	}

	/** Returns an exchange with changed headers and the same body. */
	public static ServerWebExchange withHeaders(ServerWebExchange exchange, ServerHttpRequest request) {
		return new FilteredExchange(behind(exchange), request, exchange.getResponse(),
				(exchange instanceof FilteredExchange filtered) ? filtered.forms : null);
	}

	/** Returns an exchange with another body. */
	public static ServerWebExchange withBody(ServerWebExchange exchange, ServerHttpRequest request) {
		return new FilteredExchange(behind(exchange), request, exchange.getResponse(),
				new FilteredForms(exchange, request));
	}

	private static ServerWebExchange behind(ServerWebExchange exchange) {
		return (exchange instanceof FilteredExchange filtered) ? filtered.getDelegate() : exchange;
	}

	@Override
	public ServerHttpRequest getRequest() {
		return this.request;
	}

	@Override
	public ServerHttpResponse getResponse() {
		return this.response;
	}

	@Override
	public Map<String, Object> getAttributes() {
		return this.attributes;
	}

	@Override
	public Mono<MultiValueMap<String, String>> getFormData() {
		return (this.forms != null) ? this.forms.formData() : super.getFormData();
	}

	@Override
	public Mono<MultiValueMap<String, Part>> getMultipartData() {
		return (this.forms != null) ? this.forms.multipartData() : super.getMultipartData();
	}

}
