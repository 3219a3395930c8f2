package io.gatewaywasm.host.spi;

import java.time.Duration;
import java.util.List;

import io.gatewaywasm.host.abi.HeaderPair;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP callout.
 *
 * @param plugin the id of the plugin
 * @param upstream the name of the upstream as the guest specifies it
 * @param headers the headers, including {@code :method}, {@code :path} and {@code
 * :authority}
 * @param body the body, which must not be modified
 * @param trailers the trailers
 * @param timeout the timeout of the response
 * @param stream the calling stream, or {@code null} if the callout does not belong to one
 */
public record HttpCall(String plugin, String upstream, List<HeaderPair> headers, byte[] body, List<HeaderPair> trailers,
		Duration timeout, @Nullable HttpStream stream) {

	public HttpCall {
		headers = List.copyOf(headers);
		trailers = List.copyOf(trailers);
	}

	/**
	 * Returns a copy with other headers.
	 */
	public HttpCall withHeaders(List<HeaderPair> headers) {
		return new HttpCall(this.plugin, this.upstream, headers, this.body, this.trailers, this.timeout, this.stream);
	}

	/**
	 * Returns the upstream of the calling stream's route, or {@code null} if there is
	 * none or the guest cannot call it.
	 */
	public @Nullable RouteUpstream route() {
		return (this.stream != null) ? this.stream.routeUpstream() : null;
	}

}
