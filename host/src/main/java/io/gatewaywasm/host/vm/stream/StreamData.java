package io.gatewaywasm.host.vm.stream;

import io.gatewaywasm.host.abi.StreamType;
import io.gatewaywasm.host.spi.HttpStream;
import io.gatewaywasm.host.vm.GuestCalls;
import io.gatewaywasm.host.vm.StreamHost;
import io.gatewaywasm.host.vm.VmStartException;
import io.gatewaywasm.host.vm.VmStream;
import io.gatewaywasm.host.vm.hostcall.MessageScope;
import io.gatewaywasm.host.vm.hostcall.RootScope;
import io.gatewaywasm.host.vm.hostcall.StreamBounds;
import io.gatewaywasm.host.vm.hostcall.StreamScope;
import org.jspecify.annotations.Nullable;

/**
 * The data that host calls find in a stream context: its root context, its exchange with
 * both messages, and its limits. Used only inside the VM.
 */
abstract sealed class StreamData extends VmStream implements StreamScope, StreamGuest permits StreamHostCalls {

	private final StreamHost host;

	private final ExchangeStream stream;

	private @Nullable RootScope root;

	private @Nullable StreamBounds bounds;

	StreamData(StreamHost host, ExchangeStream stream) {
		this.host = host;
		this.stream = stream;
	}

	@Override
	public final StreamHost host() {
		return this.host;
	}

	final ExchangeStream exchange() {
		return this.stream;
	}

	final boolean hasRoot() {
		return this.root != null;
	}

	/** Returns whether the stream's root context must be started first. */
	final boolean startsRoot() {
		return this.root == null && this.host.contexts().startsRoot(this.stream.rootSpec());
	}

	/**
	 * Finds or starts the stream's root context. Fails if the guest refuses to start it.
	 */
	final void findRoot() throws VmStartException {
		this.root = this.host.contexts().root(this.stream.rootSpec(), this);
	}

	@Override
	public final RootScope root() {
		if (this.root == null) {
			throw new IllegalStateException("the guest does not know this stream yet");
		}
		return this.root;
	}

	@Override
	public final StreamScope stream() {
		return this;
	}

	@Override
	public final HttpStream httpStream() {
		return this.stream.messages().output().httpStream();
	}

	@Override
	public final GuestCalls calls() {
		return this.host.guest();
	}

	@Override
	public final VmStream context() {
		return this;
	}

	@Override
	public final StreamPolicy policy() {
		return this.stream.policy();
	}

	final StreamDirection direction(StreamType type) {
		return (type == StreamType.HTTP_REQUEST) ? this.stream.messages().request() : this.stream.messages().response();
	}

	@Override
	public final MessageScope message(StreamType type) {
		return direction(type).shown();
	}

	/** Forgets what the guest has changed of a response that is replaced. */
	final void forgetSentResponse() {
		if (this.bounds != null) {
			this.bounds.forgetSentResponse();
		}
	}

	@Override
	public final StreamBounds bounds() {
		StreamBounds open = this.bounds;
		if (open == null) {
			open = new StreamBounds(this.host.settings().sizes());
			this.bounds = open;
		}
		return open;
	}

}
