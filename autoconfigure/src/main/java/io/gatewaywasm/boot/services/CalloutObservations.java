package io.gatewaywasm.boot.services;

import java.util.List;

import io.gatewaywasm.boot.plugin.ObservedStream;
import io.gatewaywasm.host.abi.HeaderPair;
import io.gatewaywasm.host.abi.PrintableText;
import io.gatewaywasm.host.spi.HttpStream;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.transport.Kind;
import io.micrometer.observation.transport.SenderContext;
import org.jspecify.annotations.Nullable;

/**
 * Starts the observations of callouts: {@code wasm.callout}, below that of the stream.
 */
public final class CalloutObservations {

	private static final String NAME = "wasm.callout";

	private final ObservationRegistry registry;

	/**
	 * Creates an instance.
	 * @param registry the registry for the observations
	 */
	public CalloutObservations(ObservationRegistry registry) {
		this.registry = registry;
	}

	/**
	 * A callout. {@code type} is {@code http}, {@code grpc} or {@code redis}.
	 * {@code upstream} is the name of the upstream as the guest gave it.
	 * {@code operation} is the gRPC method or Redis command, or {@code null} if it has
	 * none.
	 */
	record Callout(String type, String plugin, String upstream, @Nullable String operation) {

	}

	/**
	 * Starts the observation of a callout. {@code headers} receives the headers that
	 * carry the trace, or {@code null} if the callout cannot carry any. Returns the
	 * observation, or {@code null} if the stream is not observed.
	 */
	@Nullable CalloutObservation start(@Nullable HttpStream caller, Callout callout, @Nullable List<HeaderPair> headers) {
		Observation stream = (caller instanceof ObservedStream observed) ? observed.observation() : null;
		if (stream == null || stream.isNoop()) {
			return null;
		}
		SenderContext<List<HeaderPair>> context = new SenderContext<>(CalloutObservations::set, Kind.CLIENT);
		if (headers != null) {
			context.setCarrier(headers);
		}
		// A guest can choose any names
		String upstream = PrintableText.of(callout.upstream(), PrintableText.NAME);
		context.setRemoteServiceName(upstream);
		Observation observation = Observation.createNotStarted(NAME, () -> context, this.registry)
			.contextualName("wasm call of " + callout.plugin())
			.lowCardinalityKeyValue("plugin", callout.plugin())
			.lowCardinalityKeyValue("type", callout.type())
			.highCardinalityKeyValue("upstream", upstream)
			.parentObservation(stream);
		if (callout.operation() != null) {
			observation.highCardinalityKeyValue("operation", PrintableText.of(callout.operation(), PrintableText.NAME));
		}
		return new CalloutObservation(observation.start());
	}

	private static void set(@Nullable List<HeaderPair> headers, String name, String value) {
		if (headers != null) {
			headers.removeIf((header) -> header.name().equalsIgnoreCase(name));
			headers.add(new HeaderPair(name, value));
		}
	}

}
