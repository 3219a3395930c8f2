package io.gatewaywasm.host.plugin;

import java.nio.charset.StandardCharsets;
import java.time.Duration;

import io.gatewaywasm.host.abi.StreamType;
import io.gatewaywasm.host.spi.Decision;
import io.gatewaywasm.host.spi.HttpStream;
import io.gatewaywasm.host.vm.Callback;
import io.gatewaywasm.host.vm.GuestModule;
import io.gatewaywasm.host.vm.RootSpec;
import io.gatewaywasm.host.vm.StreamContext;
import io.gatewaywasm.host.vm.StreamOwner;
import io.gatewaywasm.host.vm.Vm;
import io.gatewaywasm.host.vm.VmFailure;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows made-up streams to a filter in a throw-away VM. Compiled code belongs to the
 * module, so that the VMs that serve find it. A filter that traps on such a stream, as
 * one does that handles no HTTP at all, ends the warm-up and nothing else.
 */
final class WarmUp {

	/** No start waits for longer than this and one callback. */
	static final Duration LONGEST = Duration.ofSeconds(2);

	private static final Logger logger = LoggerFactory.getLogger(WarmUp.class);

	private static final byte[] BODY = "{\"message\":\"hello\"}".getBytes(StandardCharsets.UTF_8);

	private final Vm vm;

	private final GuestModule module;

	private final RootSpec root;

	WarmUp(Vm vm, GuestModule module, RootSpec root) {
		this.vm = vm;
		this.module = module;
		this.root = root;
	}

	/**
	 * Show streams to the filter, one after the other.
	 * @param plugin the id of the plugin, for logs
	 * @param streams how many
	 * @return what came of it
	 */
	WarmUpReport run(String plugin, int streams) {
		this.vm.rehearse();
		long start = System.nanoTime();
		long latest = start + LONGEST.toNanos();
		int done = 0;
		String stopped = null;
		while (done < streams && stopped == null) {
			stopped = (System.nanoTime() < latest) ? show() : "It took longer than " + LONGEST.toSeconds() + " s.";
			done += (stopped == null) ? 1 : 0;
		}
		if (stopped != null) {
			logger.debug("Plugin '{}' was warmed up by {} of {} streams: {}", plugin, done, streams, stopped);
		}
		return new WarmUpReport(done, Duration.ofNanos(System.nanoTime() - start), stopped);
	}

	/** Show one stream, and return why there should be no more. */
	private @Nullable String show() {
		Owner owner = new Owner();
		StreamContext stream = this.vm.stream(this.root, owner);
		if (stream != null) {
			show(StreamType.HTTP_REQUEST, Callback.REQUEST_BODY, stream, owner);
			if (!owner.cut) {
				show(StreamType.HTTP_RESPONSE, Callback.RESPONSE_BODY, stream, owner);
			}
			stream.end();
		}
		VmFailure failure = this.vm.failure();
		return (failure != null) ? failure.message() : null;
	}

	/**
	 * Show one direction. If the filter holds it without an answer, or answers itself,
	 * the rest is left out.
	 */
	private void show(StreamType direction, Callback body, StreamContext stream, Owner owner) {
		boolean hasBody = this.module.has(body);
		owner.goesOn = false;
		stream.headers(direction, !hasBody);
		if (hasBody && owner.goesOn) {
			stream.body(direction, BODY, true);
		}
	}

	/**
	 * Receives the decisions: on the thread that shows the stream, unless a timer of the
	 * guest is in the VM at that moment.
	 */
	private static final class Owner implements StreamOwner {

		private final SyntheticExchange exchange = new SyntheticExchange();

		private volatile boolean goesOn;

		private volatile boolean cut;

		@Override
		public HttpStream httpStream() {
			return this.exchange;
		}

		@Override
		public void decided(StreamType direction, Decision decision) {
			this.goesOn = decision instanceof Decision.Continue || decision instanceof Decision.HoldHeaders;
			if (decision instanceof Decision.Reset) {
				this.cut = true;
			}
		}

		@Override
		public void interrupted(Decision decision) {
			this.cut = true;
		}

		@Override
		public void failed(VmFailure failure, @Nullable Pending request, @Nullable Pending response) {
			this.cut = true;
		}

		@Override
		public void unanswered(VmFailure failure, StreamType direction, boolean retry) {
			this.cut = true;
		}

	}

}
