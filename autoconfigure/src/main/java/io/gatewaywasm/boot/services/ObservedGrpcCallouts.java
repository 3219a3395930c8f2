package io.gatewaywasm.boot.services;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.gatewaywasm.boot.services.CalloutObservations.Callout;
import io.gatewaywasm.host.abi.HeaderPair;
import io.gatewaywasm.host.spi.GrpcCall;
import io.gatewaywasm.host.spi.GrpcCallListener;
import io.gatewaywasm.host.spi.GrpcCallouts;
import io.gatewaywasm.host.spi.HttpStream;
import org.jspecify.annotations.Nullable;

/**
 * Starts an observation for each gRPC call of an observed stream, as a child of the
 * stream's observation. The metadata of the call carries the trace context to the
 * upstream.
 *
 * @param callouts makes the calls
 * @param observations starts the observations
 */
public record ObservedGrpcCallouts(GrpcCallouts callouts, CalloutObservations observations) implements GrpcCallouts {

	/**
	 * Returns the callouts with observations, or {@link GrpcCallouts#NONE} itself.
	 */
	public static GrpcCallouts of(GrpcCallouts callouts, CalloutObservations observations) {
		return (callouts != NONE) ? new ObservedGrpcCallouts(callouts, observations) : NONE;
	}

	@Override
	public @Nullable GrpcCall start(String plugin, String upstream, String method, List<HeaderPair> metadata,
			@Nullable Duration timeout, GrpcCallListener listener) {
		return this.callouts.start(plugin, upstream, method, metadata, timeout, listener);
	}

	@Override
	public @Nullable GrpcCall start(String plugin, String upstream, String method, List<HeaderPair> metadata,
			@Nullable Duration timeout, GrpcCallListener listener, @Nullable HttpStream stream) {
		List<HeaderPair> carrier = new ArrayList<>(metadata);
		CalloutObservation observation = this.observations.start(stream, new Callout("grpc", plugin, upstream, method),
				carrier);
		if (observation == null) {
			return this.callouts.start(plugin, upstream, method, metadata, timeout, listener, stream);
		}
		GrpcCall call = this.callouts.start(plugin, upstream, method, carrier, timeout,
				new ObservedListener(listener, observation), stream);
		if (call == null) {
			observation.refused();
			return null;
		}
		return new ObservedCall(call, observation);
	}

	private record ObservedListener(GrpcCallListener listener,
			CalloutObservation observation) implements GrpcCallListener {

		@Override
		public void initialMetadata(List<HeaderPair> metadata) {
			this.listener.initialMetadata(metadata);
		}

		@Override
		public void message(byte[] message) {
			this.listener.message(message);
		}

		@Override
		public void closed(int status, String message, List<HeaderPair> trailingMetadata) {
			this.observation.closed(status, message);
			this.listener.closed(status, message, trailingMetadata);
		}

	}

	private record ObservedCall(GrpcCall call, CalloutObservation observation) implements GrpcCall {

		@Override
		public void send(byte[] message) {
			this.call.send(message);
		}

		@Override
		public void requestNext() {
			this.call.requestNext();
		}

		@Override
		public void halfClose() {
			this.call.halfClose();
		}

		@Override
		public void cancel() {
			// First, because the call then ends with a status on another thread
			this.observation.cancelled();
			this.call.cancel();
		}

	}

}
