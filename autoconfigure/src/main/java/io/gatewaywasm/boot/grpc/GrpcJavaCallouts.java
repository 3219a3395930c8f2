package io.gatewaywasm.boot.grpc;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;

import io.gatewaywasm.boot.services.Upstream;
import io.gatewaywasm.boot.services.UpstreamAddresses;
import io.gatewaywasm.boot.services.Upstreams;
import io.gatewaywasm.host.abi.HeaderPair;
import io.gatewaywasm.host.spi.GrpcCall;
import io.gatewaywasm.host.spi.GrpcCallListener;
import io.gatewaywasm.host.spi.GrpcCallouts;
import io.grpc.CallOptions;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.beans.factory.DisposableBean;

/**
 * Sends gRPC callouts with grpc-java, to the same upstreams as HTTP callouts. Uses
 * whichever grpc-java transport is on the class path. Callbacks run on grpc-java's own
 * event loops.
 */
public final class GrpcJavaCallouts implements GrpcCallouts, DisposableBean {

	private static final Pattern METHOD = Pattern.compile("[!-~&&[^/]]+/[!-~&&[^/]]+");

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
		Upstream found = this.upstreams.find(upstream);
		if (found == null || !METHOD.matcher(method).matches()) {
			return null;
		}
		CallOptions options = CallOptions.DEFAULT.withMaxInboundMessageSize(found.maxResponseSize());
		Mono<URI> address = this.addresses.address(found);
		if (timeout != null) {
			options = options.withDeadlineAfter(timeout.toNanos(), TimeUnit.NANOSECONDS);
			address = address.timeout(timeout);
		}
		return start(new JavaGrpcCall(listener), address, descriptor(method), options,
				MetadataPairs.metadata(metadata));
	}

	private GrpcCall start(JavaGrpcCall call, Mono<URI> address, MethodDescriptor<byte[], byte[]> method,
			CallOptions options, Metadata metadata) {
		address.switchIfEmpty(Mono.error(() -> new IllegalStateException("the upstream has no address")))
			.subscribe((uri) -> call.start(this.channels.channel(uri).newCall(method, options), metadata),
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
		return status.withDescription("the call could not be started").withCause(failure);
	}

	@Override
	public void destroy() {
		this.channels.close();
	}

}
