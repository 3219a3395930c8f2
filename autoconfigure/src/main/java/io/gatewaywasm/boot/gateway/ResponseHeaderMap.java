package io.gatewaywasm.boot.gateway;

import java.util.List;
import java.util.function.BiConsumer;

import io.gatewaywasm.host.abi.FramingHeaders;
import io.gatewaywasm.host.abi.HeaderMap;
import io.gatewaywasm.host.abi.HeaderPair;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.server.reactive.ServerHttpResponse;

/**
 * The headers of a response as a filter sees them. Changes take effect at once. Framing
 * headers that a guest sets are kept apart, and only guests see them.
 */
final class ResponseHeaderMap implements HeaderMap {

	private static final String STATUS = ":status";

	private static final int DEFAULT_STATUS = 200;

	private final ServerHttpResponse response;

	private final ShownFraming framing;

	ResponseHeaderMap(ServerHttpResponse response, ShownFraming framing) {
		this.response = response;
		this.framing = framing;
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
		io.netty.handler.codec.http.HttpHeaders netty = this.framing.isChanged() ? null
				: NettyHeaders.of(this.response);
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
		return this.framing.shows(name) ? this.framing.get(name) : PortableHeaders.first(headers(), name);
	}

	@Override
	public void forEach(BiConsumer<String, String> visitor) {
		visitor.accept(STATUS, Integer.toString(status(this.response)));
		PortableHeaders.forEach(headers(), (name, value) -> {
			if (!this.framing.shows(name)) {
				visitor.accept(name, value);
			}
		});
		this.framing.forEach(visitor);
	}

	@Override
	public void add(String name, String value) {
		if (FramingHeaders.owns(name)) {
			this.framing.open(headers()).add(name, value);
		}
		else if (!setPseudo(name, value)) {
			PortableHeaders.add(headers(), name, value);
		}
	}

	@Override
	public void set(String name, String value) {
		if (FramingHeaders.owns(name)) {
			this.framing.open(headers()).set(name, value);
		}
		else if (!setPseudo(name, value)) {
			PortableHeaders.set(headers(), name, value);
		}
	}

	@Override
	public void remove(String name) {
		if (FramingHeaders.owns(name)) {
			this.framing.open(headers()).remove(name);
		}
		else if (!name.startsWith(":")) {
			PortableHeaders.remove(headers(), name);
		}
	}

	@Override
	public void replaceAll(List<HeaderPair> pairs) {
		this.framing.replaceAll(pairs);
		headers().headerSet().removeIf((entry) -> !FramingHeaders.owns(entry.getKey()));
		pairs.forEach((pair) -> {
			if (!FramingHeaders.owns(pair.name())) {
				add(pair.name(), pair.value());
			}
		});
	}

	/** A status that announces another response, or is none, must not be sent. */
	private static int parse(String value) {
		try {
			int status = Integer.parseInt(value);
			return FramingHeaders.isFinalStatus(status) ? status : -1;
		}
		catch (NumberFormatException ex) {
			return -1;
		}
	}

	private boolean setPseudo(String name, String value) {
		if (!name.startsWith(":")) {
			return false;
		}
		if (STATUS.equals(name)) {
			int status = parse(value);
			this.framing.refuseStatus(status < 0);
			if (status >= 0) {
				this.response.setRawStatusCode(status);
			}
		}
		return true;
	}

}
