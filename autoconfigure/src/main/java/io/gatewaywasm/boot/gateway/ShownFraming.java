package io.gatewaywasm.boot.gateway;

import java.util.List;
import java.util.function.BiConsumer;

import io.gatewaywasm.host.abi.FramingHeaders;
import io.gatewaywasm.host.abi.HeaderList;
import io.gatewaywasm.host.abi.HeaderPair;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;

/**
 * The framing headers of a message as guests have set them. They are shown to guests and
 * never sent.
 */
final class ShownFraming {

	/** None as long as guests are shown the message's own. */
	private @Nullable HeaderList pairs;

	private boolean statusRefused;

	/**
	 * Start with what another guest has set.
	 * @param before what that guest left, or {@code null} for the message's own
	 */
	ShownFraming(@Nullable ShownFraming before) {
		this.pairs = (before != null && before.pairs != null) ? new HeaderList(before.pairs.toList()) : null;
	}

	boolean isChanged() {
		return this.pairs != null;
	}

	/**
	 * Return whether a header is read from here.
	 * @param name the name
	 * @return whether guests have set framing headers and this is one
	 */
	boolean shows(String name) {
		return this.pairs != null && FramingHeaders.owns(name);
	}

	@Nullable String get(String name) {
		return (this.pairs != null) ? this.pairs.get(name) : null;
	}

	void forEach(BiConsumer<String, String> visitor) {
		if (this.pairs != null) {
			this.pairs.forEach(visitor);
		}
	}

	/**
	 * Return the pairs to change. They begin as the message's own.
	 * @param headers the headers of the message
	 * @return the pairs
	 */
	HeaderList open(HttpHeaders headers) {
		HeaderList open = this.pairs;
		if (open == null) {
			open = new HeaderList();
			HeaderList copy = open;
			PortableHeaders.forEach(headers, (name, value) -> {
				if (FramingHeaders.owns(name)) {
					copy.add(name, value);
				}
			});
			this.pairs = open;
		}
		return open;
	}

	/**
	 * Take the framing headers of a whole map that a guest sets.
	 * @param headers all headers
	 */
	void replaceAll(List<HeaderPair> headers) {
		this.pairs = new HeaderList(headers.stream().filter((pair) -> FramingHeaders.owns(pair.name())).toList());
	}

	/**
	 * Take note of the status that a guest has set last.
	 * @param refused whether it is none that ends a request
	 */
	void refuseStatus(boolean refused) {
		this.statusRefused = refused;
	}

	/**
	 * Return whether the status that was set last cannot be sent.
	 * @return whether the client gets an error in the place of the response
	 */
	boolean isStatusRefused() {
		return this.statusRefused;
	}

	/** Another message takes the place of this one. */
	void reset() {
		this.pairs = null;
		this.statusRefused = false;
	}

}
