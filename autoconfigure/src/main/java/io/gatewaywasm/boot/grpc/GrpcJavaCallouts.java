package io.gatewaywasm.boot.grpc;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.gatewaywasm.boot.services.Upstream;
import io.gatewaywasm.boot.services.UpstreamAddresses;
import io.gatewaywasm.boot.services.Upstreams;
import io.gatewaywasm.host.abi.HeaderPair;
import io.gatewaywasm.host.spi.GrpcCall;
import io.gatewaywasm.host.spi.GrpcCallListener;
import io.gatewaywasm.host.spi.GrpcCallouts;
import io.gatewaywasm.host.spi.HttpStream;
import io.gatewaywasm.registry.http.BlockedAddresses;
import io.grpc.CallOptions;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import org.springframework.beans.factory.DisposableBean;

/**
 * Sends gRPC callouts with grpc-java, to the same upstreams as HTTP callouts. Uses
 * whichever grpc-java transport is on the class path. Callbacks run on grpc-java's own
 * event loops.
 */
public final class GrpcJavaCallouts implements GrpcCallouts, DisposableBean {

	private static final BlockedAddresses BLOCKED = new BlockedAddresses(List.of());

	private final Upstreams upstreams;

	private final UpstreamAddresses addresses;

	private final Channels channels;

	/**
	 * Creates gRPC callouts.
	 * @param upstreams the upstreams that guests may call
	 * @param addresses resolves the address of an upstream
	 * @param channelFactory creates the channels
	 */
	public GrpcJavaCallouts(Upstreams upstreams, UpstreamAddresses addresses, GrpcChannelFactory channelFactory) {
		this.upstreams = upstreams;
		this.addresses = addresses;
		this.channels = new Channels(channelFactory);
	}

	@Override
	public @Nullable GrpcCall start(String plugin, String upstream, String method, List<HeaderPair> metadata,
			@Nullable Duration timeout, GrpcCallListener listener) {
		return start(plugin, upstream, method, metadata, timeout, listener, null);
	}

	@Override
	public @Nullable GrpcCall start(String plugin, String upstream, String method, List<HeaderPair> metadata,
			@Nullable Duration timeout, GrpcCallListener listener, @Nullable HttpStream stream) {
		Upstream found = this.upstreams.find(upstream, (stream != null) ? stream.routeUpstream() : null);
		if (found == null) {
			return null;
		}
		CallOptions options = CallOptions.DEFAULT.withMaxInboundMessageSize(found.maxResponseSize());
		Mono<ChannelTarget> address = this.addresses.address(found)
			.flatMap((uri) -> found.guarded() ? checked(uri) : Mono.just(ChannelTarget.of(uri)));
		if (timeout != null) {
			options = options.withDeadlineAfter(timeout.toNanos(), TimeUnit.NANOSECONDS);
			address = address.timeout(timeout);
		}
		return start(new JavaGrpcCall(listener), address, descriptor(method), options,
				MetadataPairs.metadata(metadata));
	}

	/**
	 * Resolves the host and checks its address. The channel connects to this address, so
	 * that no later answer of a name server leads elsewhere.
	 */
	private static Mono<ChannelTarget> checked(URI uri) {
		return Mono.fromCallable(() -> ChannelTarget.of(uri, BLOCKED.resolve(uri.getHost())))
			.subscribeOn(Schedulers.boundedElastic());
	}

	private GrpcCall start(JavaGrpcCall call, Mono<ChannelTarget> address, MethodDescriptor<byte[], byte[]> method,
			CallOptions options, Metadata metadata) {
		address.switchIfEmpty(Mono.error(() -> new IllegalStateException("the upstream has no address")))
			.subscribe((target) -> call.start(this.channels.channel(target).newCall(method, options), metadata),
					(failure) -> call.fail(status(failure)));
		return call;
	}

	private static MethodDescriptor<byte[], byte[]> descriptor(String method) {
		return MethodDescriptor.<byte[], byte[]>newBuilder()
			.setType(MethodDescriptor.MethodType.UNKNOWN)
			.setFullMethodName(method)
			.setRequestMarshaller(BytesMarshaller.INSTANCE)
			.setResponseMarshaller(BytesMarshaller.INSTANCE)
			.build();
	}

	private static Status status(Throwable failure) {
		Status status = (failure instanceof TimeoutException) ? Status.DEADLINE_EXCEEDED : Status.UNAVAILABLE;
		String description = (failure instanceof IOException) ? failure.getMessage() : "the call could not be started";
		return status.withDescription(description).withCause(failure);
	}

	@Override
	public void destroy() {
		this.channels.close();
	}

}
