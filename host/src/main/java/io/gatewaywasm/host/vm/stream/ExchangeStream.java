package io.gatewaywasm.host.vm.stream;

import java.util.Map;
import java.util.function.Consumer;

import io.gatewaywasm.host.abi.Callback;
import io.gatewaywasm.host.spi.Decision;
import io.gatewaywasm.host.spi.HttpStream;
import io.gatewaywasm.host.spi.RootSpec;
import io.gatewaywasm.host.vm.VmFailure;
import org.jspecify.annotations.Nullable;

/**
 * The stream of one exchange: its two directions, and the delivery of decisions to the
 * gateway.
 */
public final class ExchangeStream extends StreamLease implements ReportedStream {

	private static final byte[] NOTHING = {};

	private final StreamDirection request = new StreamDirection(MessageKind.REQUEST, output());

	private final StreamDirection response = new StreamDirection(MessageKind.RESPONSE, output());

	/**
	 * Opens a stream.
	 * @param vms leases VMs
	 * @param rootSpec the root context of the stream
	 * @param httpStream the exchange
	 * @param affinity a hint for the choice of the VM
	 */
	public ExchangeStream(StreamVms vms, RootSpec rootSpec, HttpStream httpStream, int affinity) {
		super(vms, rootSpec, httpStream, affinity);
	}

	@Override
	ExchangeStream stream() {
		return this;
	}

	@Override
	public boolean wantsRequestBody() {
		return has(Callback.REQUEST_BODY);
	}

	@Override
	public boolean wantsResponseBody() {
		return has(Callback.RESPONSE_BODY);
	}

	@Override
	public boolean wantsRequestTrailers() {
		return has(Callback.REQUEST_TRAILERS);
	}

	@Override
	public boolean wantsResponseTrailers() {
		return has(Callback.RESPONSE_TRAILERS);
	}

	@Override
	public void requestBody(byte[] chunk, boolean endOfStream, Consumer<Decision> sink) {
		submit(this.request, StreamWork.BODY, chunk, endOfStream, sink);
	}

	@Override
	public void responseHeaders(boolean endOfStream, Consumer<Decision> sink) {
		submit(this.response, StreamWork.HEADERS, null, endOfStream, sink);
	}

	@Override
	public void responseBody(byte[] chunk, boolean endOfStream, Consumer<Decision> sink) {
		submit(this.response, StreamWork.BODY, chunk, endOfStream, sink);
	}

	@Override
	public void requestTrailers(Consumer<Decision> sink) {
		submit(this.request, StreamWork.TRAILERS, NOTHING, true, sink);
	}

	@Override
	public void responseTrailers(Consumer<Decision> sink) {
		submit(this.response, StreamWork.TRAILERS, NOTHING, true, sink);
	}

	void submit(StreamDirection direction, StreamWork work, byte @Nullable [] chunk, boolean endOfStream,
			Consumer<Decision> sink) {
		StreamContext current = served();
		if (current != null) {
			current.submit(direction, work, chunk, endOfStream, sink);
			return;
		}
		if (!isUnserved()) {
			// The request was not shown
			direction.skip();
		}
		direction.arrive((work == StreamWork.HEADERS) ? MessagePart.HEADERS : MessagePart.BODY, chunk, endOfStream,
				sink);
	}

	// --- For log lines

	@Override
	public Map<String, String> logContext() {
		return httpStream().logContext();
	}

	@Override
	public int contextId() {
		StreamContext current = served();
		return (current != null) ? current.id() : 0;
	}

	@Override
	public String details(VmFailure why) {
		StreamContext current = served();
		return (current != null) ? current.host().quote(why).guest().details() : "";
	}

	// --- For the directions and the context

	StreamDirection request() {
		return this.request;
	}

	StreamDirection response() {
		return this.response;
	}

	StreamDirection direction(MessageKind kind) {
		return (kind == MessageKind.REQUEST) ? this.request : this.response;
	}

	/**
	 * Answers the stream with a local response or a reset, and returns whether a decision
	 * was pending. Each direction that is closed by this answers later arrivals with the
	 * same decision, so that nothing is forwarded until the decision has taken effect.
	 */
	boolean answer(Decision decision) {
		boolean decided = this.response.shown().isStarted() && this.response.replace(decision);
		decided |= this.request.replace(decision);
		return decided;
	}

	@Override
	void applyFailStrategy() {
		boolean skipped = policy().open();
		this.request.fail(FailedGuest.of(skipped));
		boolean responseIsLocal = output().hasLocalResponse() && this.response.state() != StreamState.HEADERS;
		this.response.fail(FailedGuest.of(skipped || responseIsLocal));
	}

}
