package io.gatewaywasm.boot.gateway.message;

import java.util.List;

import io.gatewaywasm.boot.gateway.body.FramedBody;
import io.netty.handler.codec.http.cookie.ServerCookieDecoder;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.HttpCookie;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;

/**
 * A request with a {@link FramedBody}, and with the method and headers that a filter has
 * set. Spring's {@code mutate()} would copy the headers once more for each of them, and
 * would duplicate headers whose names differ only in case.
 */
public final class FramedRequest extends ServerHttpRequestDecorator {

	private final HttpMethod method;

	private final @Nullable HttpHeaders headers;

	private final Flux<DataBuffer> body;

	/** Creates a request with the headers of the delegate. */
	public FramedRequest(ServerHttpRequest delegate, FramedBody body) {
		super(delegate);
		this.method = delegate.getMethod();
		this.headers = null;
		this.body = body;
	}

	/**
	 * Creates a request with other headers, which the caller must not change afterwards.
	 */
	public FramedRequest(ServerHttpRequest delegate, HttpMethod method, HttpHeaders headers, Flux<DataBuffer> body) {
		super(delegate);
		this.method = method;
		this.headers = HttpHeaders.readOnlyHttpHeaders(headers);
		this.body = body;
	}

	/** Returns the delegate if it has the same headers, otherwise this request. */
	ServerHttpRequest withSameHeaders() {
		return (this.headers != null) ? this : getDelegate();
	}

	/**
	 * Copies the headers first if needed: Spring's builder duplicates Netty headers whose
	 * names differ only in case.
	 */
	@Override
	public Builder mutate() {
		if (this.headers == null && NettyHeaders.mayHaveNameInTwoCases(getDelegate())) {
			return new FramedRequest(getDelegate(), this.method, PortableHeaders.copy(getHeaders()), this.body)
				.mutate();
		}
		return super.mutate();
	}

	@Override
	public HttpMethod getMethod() {
		return this.method;
	}

	@Override
	public HttpHeaders getHeaders() {
		return (this.headers != null) ? this.headers : super.getHeaders();
	}

	/**
	 * Parses the cookies from the headers if a filter has changed them. Spring reads them
	 * from the connection.
	 */
	@Override
	public MultiValueMap<String, HttpCookie> getCookies() {
		List<String> sent = PortableHeaders.values(getHeaders(), HttpHeaders.COOKIE);
		if (this.headers == null || sent.equals(PortableHeaders.values(super.getHeaders(), HttpHeaders.COOKIE))) {
			return super.getCookies();
		}
		MultiValueMap<String, HttpCookie> cookies = new LinkedMultiValueMap<>();
		for (String line : sent) {
			ServerCookieDecoder.LAX.decodeAll(line)
				.forEach((cookie) -> cookies.add(cookie.name(), new HttpCookie(cookie.name(), cookie.value())));
		}
		return cookies;
	}

	@Override
	public Flux<DataBuffer> getBody() {
		return this.body;
	}

}
