package io.gatewaywasm.host.plugin;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

import io.gatewaywasm.host.abi.Callback;
import io.gatewaywasm.host.spi.Decision;
import io.gatewaywasm.host.spi.FilterStream;
import io.gatewaywasm.host.spi.RootSpec;
import io.gatewaywasm.host.vm.GuestModule;
import io.gatewaywasm.host.vm.Vm;
import io.gatewaywasm.host.vm.VmFailure;
import io.gatewaywasm.host.vm.hostcall.LogContext;
import io.gatewaywasm.host.vm.stream.ExchangeStream;
import io.gatewaywasm.host.vm.stream.StreamPolicy;
import io.gatewaywasm.host.vm.stream.StreamVms;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends synthetic streams through a plugin in a temporary VM. Compiled code belongs to
 * the module, so the VMs that serve benefit from it. If the guest traps, for example
 * because it does not handle HTTP, only the warm-up ends.
 */
final class WarmUp {

	/** The maximum duration, plus one callback. */
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

	/** Sends streams one after the other, and returns the result. */
	WarmUpReport run(String plugin, int streams) {
		this.vm.markAsWarmUp();
		long start = System.nanoTime();
		long latest = start + LONGEST.toNanos();
		int done = 0;
		String stopped = null;
		while (done < streams && stopped == null) {
			stopped = (System.nanoTime() < latest) ? show() : "It took longer than " + LONGEST.toSeconds() + " s.";
			done += (stopped == null) ? 1 : 0;
		}
		if (stopped != null) {
			logStop(plugin, done, streams, stopped);
		}
		return new WarmUpReport(done, Duration.ofNanos(System.nanoTime() - start), stopped);
	}

	/**
	 * Logs the end of the warm-up, if it is not a failure of the VM, which was logged.
	 */
	private void logStop(String plugin, int done, int streams, String stopped) {
		if (this.vm.failure() == null) {
			LogContext.run(plugin, () -> logger.info("Wasm plugin '{}' was warmed up with {} of {} streams: {}{}",
					plugin, done, streams, stopped, this.vm.guest().details()));
		}
	}

	/** Sends one stream. Returns why the warm-up must end, or {@code null}. */
	private @Nullable String show() {
		SyntheticExchange exchange = new SyntheticExchange();
		FilterStream stream = new ExchangeStream(new WarmUpVm(this.vm, this.module, this.policy), this.root, exchange,
				0);
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
			this.goesOn = decision instanceof Decision.Continue || decision instanceof Decision.KeepHeaders;
			this.cut |= decision instanceof Decision.Reset;
		}

	}

	/** The single VM of the warm-up. */
	private record WarmUpVm(Vm vm, GuestModule module, StreamPolicy policy) implements StreamVms {

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
			// Streams use the VM one after the other.
		}

		@Override
		public void ended(@Nullable Vm leased) {
			// Not counted.
		}

	}

}
