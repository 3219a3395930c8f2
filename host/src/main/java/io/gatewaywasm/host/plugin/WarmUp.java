package io.gatewaywasm.host.plugin;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

import io.gatewaywasm.host.abi.Callback;
import io.gatewaywasm.host.spi.Decision;
import io.gatewaywasm.host.vm.GuestModule;
import io.gatewaywasm.host.vm.RootSpec;
import io.gatewaywasm.host.vm.Vm;
import io.gatewaywasm.host.vm.VmFailure;
import io.gatewaywasm.host.vm.stream.FilterStream;
import io.gatewaywasm.host.vm.stream.StreamPolicy;
import io.gatewaywasm.host.vm.stream.StreamVms;
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

	private final StreamPolicy policy;

	WarmUp(Vm vm, GuestModule module, RootSpec root, StreamPolicy policy) {
		this.policy = policy;
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
		SyntheticExchange exchange = new SyntheticExchange();
		FilterStream stream = new FilterStream(new TrialVm(this.vm, this.module, this.policy), this.root, exchange, 0);
		Outcome request = new Outcome();
		stream.requestHeaders(!stream.wantsRequestBody(), request);
		if (stream.wantsRequestBody() && request.goesOn) {
			stream.requestBody(BODY.clone(), true, request);
		}
		if (!request.cut) {
			Outcome response = new Outcome();
			stream.responseHeaders(!stream.wantsResponseBody(), response);
			if (stream.wantsResponseBody() && response.goesOn) {
				stream.responseBody(BODY.clone(), true, response);
			}
		}
		stream.end();
		VmFailure failure = this.vm.failure();
		return (failure != null) ? failure.message() : null;
	}

	/** The decision about one direction. */
	private static final class Outcome implements Consumer<Decision> {

		private volatile boolean goesOn;

		private volatile boolean cut;

		@Override
		public void accept(Decision decision) {
			this.goesOn = decision instanceof Decision.Continue || decision instanceof Decision.HoldHeaders;
			this.cut |= decision instanceof Decision.Reset;
		}

	}

	/**
	 * The one VM of the trial.
	 *
	 * @param vm the VM
	 * @param module its module
	 * @param policy the settings of the streams
	 */
	private record TrialVm(Vm vm, GuestModule module, StreamPolicy policy) implements StreamVms {

		@Override
		public boolean has(Callback callback) {
			return this.module.has(callback);
		}

		@Override
		public @Nullable Vm ready(int affinity) {
			return this.vm.isUsable() ? this.vm : null;
		}

		@Override
		public void lease(int affinity, Executor executor, Consumer<@Nullable Vm> taker) {
			taker.accept(ready(affinity));
		}

		@Override
		public void giveBack(Vm leased) {
			// It is used by one stream after the other.
		}

		@Override
		public void unavailable() {
			// The trial ends.
		}

		@Override
		public void ended(@Nullable Vm leased) {
			// Nothing is counted.
		}

	}

}
