package io.gatewaywasm.boot.gateway.message;

import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

import io.gatewaywasm.host.abi.FramingHeaders;
import io.gatewaywasm.host.abi.HeaderList;
import io.gatewaywasm.host.abi.HeaderPair;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;

/**
 * The framing headers of a message as guests have set them. They are visible to guests
 * and never sent.
 */
public final class ShownFraming {

	/**
	 * The framing headers, or {@code null} as long as guests see those of the message.
	 */
	private @Nullable HeaderList pairs;

	private @Nullable InvalidStatus status;

	private @Nullable String refusal;

	/**
	 * Copies the framing headers that another guest left. {@code before} is {@code null}
	 * to start with those of the message.
	 */
	public ShownFraming(@Nullable ShownFraming before) {
		this.pairs = (before != null && before.pairs != null) ? new HeaderList(before.pairs.toList()) : null;
	}

	/** Adds a framing header to those of a response, whose headers are {@code own}. */
	void add(String name, String value, HttpHeaders own) {
		open((visitor) -> PortableHeaders.forEach(own, visitor)).add(name, value);
	}

	/** Hides a framing header of a response, whose headers are {@code own}. */
	public void hide(String name, HttpHeaders own) {
		open((visitor) -> PortableHeaders.forEach(own, visitor)).remove(name);
	}

	boolean isChanged() {
		return this.pairs != null;
	}

	/** Returns whether guests have set framing headers and this name is one of them. */
	boolean shows(String name) {
		return this.pairs != null && FramingHeaders.owns(name);
	}

	/**
	 * Returns whether the upstream may send trailers that it sends only on request,
	 * unless guests have changed {@code te}.
	 */
	public boolean keepsTrailers() {
		return this.pairs == null || this.pairs.values("te").stream().anyMatch(HopByHop::acceptsTrailers);
	}

	/** Returns whether guests have removed what makes a request a handshake. */
	boolean preventsUpgrade() {
		if (this.pairs == null) {
			return false;
		}
		return !MessageFacts.hasToken(this.pairs.values("upgrade"), "websocket")
				|| !MessageFacts.hasToken(this.pairs.values("connection"), "upgrade");
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
	 * Returns the framing headers for a change, initially a copy of those in {@code own}.
	 */
	HeaderList open(Consumer<BiConsumer<String, String>> own) {
		HeaderList open = this.pairs;
		if (open == null) {
			HeaderList copy = new HeaderList();
			own.accept((name, value) -> {
				if (FramingHeaders.owns(name)) {
					copy.add(name, value);
				}
			});
			this.pairs = copy;
			open = copy;
		}
		return open;
	}

	/**
	 * Replaces the framing headers with those in a whole header map that a guest sets.
	 */
	void replaceAll(List<HeaderPair> headers) {
		this.pairs = new HeaderList(headers.stream().filter((pair) -> FramingHeaders.owns(pair.name())).toList());
	}

	/**
	 * Records the status that a guest set. {@code null} means that it was removed; {@code
	 * valid} says whether it can be sent.
	 */
	void setStatus(@Nullable String status, boolean valid) {
		this.status = valid ? null : new InvalidStatus(status);
	}

	/** Returns the status that a guest set and that cannot be sent, or {@code null}. */
	@Nullable InvalidStatus invalidStatus() {
		return this.status;
	}

	/** Records why the message cannot be sent. The first reason is kept. */
	void refuse(String reason) {
		if (this.refusal == null) {
			this.refusal = reason;
		}
	}

	/** Returns why the message cannot be sent, or {@code null} if it can. */
	public @Nullable String refusal() {
		return (this.status != null) ? "missing required header: :status" : this.refusal;
	}

	/** Forgets all changes, because another message replaces this one. */
	public void reset() {
		this.pairs = null;
		this.status = null;
		this.refusal = null;
	}

	/**
	 * A status that cannot be sent. The value is {@code null} if the status was removed.
	 */
	record InvalidStatus(@Nullable String value) {

	}

}
