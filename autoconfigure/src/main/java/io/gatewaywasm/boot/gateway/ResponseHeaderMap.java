package io.gatewaywasm.boot.gateway;

import java.util.List;
import java.util.function.BiConsumer;

import io.gatewaywasm.host.abi.HeaderMap;
import io.gatewaywasm.host.abi.HeaderPair;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.server.reactive.ServerHttpResponse;

/**
 * The headers of a response as a filter sees them. Changes take effect at once.
 */
final class ResponseHeaderMap implements HeaderMap {

	private static final String STATUS = ":status";

	private static final int DEFAULT_STATUS = 200;

	private static final int MIN_STATUS = 100;

	private static final int MAX_STATUS = 999;

	private final ServerHttpResponse response;

	ResponseHeaderMap(ServerHttpResponse response) {
		this.response = response;
	}

	/**
	 * Return the status that a response has or is going to have.
	 * @param response the response
	 * @return the status
	 */
	static int status(ServerHttpResponse response) {
		HttpStatusCode status = response.getStatusCode();
		return (status != null) ? status.value() : DEFAULT_STATUS;
	}

	private HttpHeaders headers() {
		return this.response.getHeaders();
	}

	@Override
	public int size() {
		io.netty.handler.codec.http.HttpHeaders netty = NettyHeaders.of(this.response);
		if (netty != null) {
			return 1 + netty.size();
		}
		int[] size = { 0 };
		forEach((name, value) -> size[0]++);
		return size[0];
	}

	@Override
	public @Nullable String get(String name) {
		if (name.startsWith(":")) {
			return STATUS.equals(name) ? Integer.toString(status(this.response)) : null;
		}
		return PortableHeaders.first(headers(), name);
	}

	@Override
	public void forEach(BiConsumer<String, String> visitor) {
		visitor.accept(STATUS, Integer.toString(status(this.response)));
		PortableHeaders.forEach(headers(), visitor);
	}

	@Override
	public void add(String name, String value) {
		if (!setPseudo(name, value)) {
			PortableHeaders.add(headers(), name, value);
		}
	}

	@Override
	public void set(String name, String value) {
		if (!setPseudo(name, value)) {
			PortableHeaders.set(headers(), name, value);
		}
	}

	@Override
	public void remove(String name) {
		if (!name.startsWith(":")) {
			PortableHeaders.remove(headers(), name);
		}
	}

	@Override
	public void replaceAll(List<HeaderPair> pairs) {
		PortableHeaders.clear(headers());
		pairs.forEach((pair) -> add(pair.name(), pair.value()));
	}

	private boolean setPseudo(String name, String value) {
		if (!name.startsWith(":")) {
			return false;
		}
		if (STATUS.equals(name)) {
			try {
				int status = Integer.parseInt(value);
				if (status >= MIN_STATUS && status <= MAX_STATUS) {
					this.response.setRawStatusCode(status);
				}
			}
			catch (NumberFormatException ex) {
				// What is no status leaves the response as it is.
			}
		}
		return true;
	}

}
