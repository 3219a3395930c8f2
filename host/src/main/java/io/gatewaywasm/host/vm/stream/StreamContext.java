package io.gatewaywasm.host.vm.stream;

import java.time.Duration;

import io.gatewaywasm.host.abi.Callback;
import io.gatewaywasm.host.abi.StreamType;
import io.gatewaywasm.host.spi.Cancellable;
import io.gatewaywasm.host.spi.FilterStream;
import io.gatewaywasm.host.spi.HttpStream;
import io.gatewaywasm.host.spi.PhaseOutcome;
import io.gatewaywasm.host.spi.StreamPhase;
import io.gatewaywasm.host.vm.StreamVm;
import io.gatewaywasm.host.vm.Vm;
import io.gatewaywasm.host.vm.VmFailure;
import io.gatewaywasm.host.vm.VmStartException;
import io.gatewaywasm.host.vm.VmStream;
import io.gatewaywasm.host.vm.hostcall.MessageScope;
import io.gatewaywasm.host.vm.hostcall.RootScope;
import io.gatewaywasm.host.vm.hostcall.StreamBounds;
import io.gatewaywasm.host.vm.hostcall.StreamScope;
import org.jspecify.annotations.Nullable;

/**
 * The stream context of a {@link FilterStream} in its leased VM, which work enters by
 * {@link StreamEntry}.
 *
 * <h2>Life</h2> <pre>
 *   open ──the gateway ends the stream──&gt; log, done, delete ──&gt; ended
 *    └──VM lost, paused too long, local response complete──&gt; over ──the gateway ends the stream──&gt; ended
 * </pre>
 *
 * <h2>Threads</h2> {@link #vm} and {@link #isKnown} may be called by any thread. All
 * other methods run inside the VM.
 */
final class StreamContext extends VmStream implements DeferringScope, StreamGuest {

	/** The leased VM. */
	private final Vm vm;

	private final ExchangeStream stream;

	private @Nullable RootScope root;

	private @Nullable StreamBounds bounds;

	/** Created for the first local response or reset that the guest requests. */
	private @Nullable LocalResponseActions responses;

	/** Created for the first message that the guest resumes or injects bytes into. */
	private @Nullable DeferredMessageActions actions;

	private StreamLife life = StreamLife.OPEN;

	/** Whether {@code proxy_on_context_create} was called or is running. */
	private volatile boolean known;

	StreamContext(Vm vm, ExchangeStream stream) {
		this.vm = vm;
		this.stream = stream;
	}

	/** Returns the VM that the stream leases. */
	Vm vm() {
		return this.vm;
	}

	boolean isKnown() {
		return this.known;
	}

	ExchangeStream exchangeStream() {
		return this.stream;
	}

	StreamMessages messages() {
		return this.stream.messages();
	}

	// --- For host calls

	@Override
	public RootScope root() {
		if (this.root == null) {
			throw new IllegalStateException("the guest does not know this stream yet");
		}
		return this.root;
	}

	@Override
	public StreamScope stream() {
		return this;
	}

	@Override
	public HttpStream httpStream() {
		return messages().output().httpStream();
	}

	@Override
	public MessageScope message(StreamType type) {
		return messages().direction(MessageKind.of(type)).shown();
	}

	@Override
	public StreamBounds bounds() {
		StreamBounds open = this.bounds;
		if (open == null) {
			open = new StreamBounds(host().settings().sizes());
			this.bounds = open;
		}
		return open;
	}

	@Override
	public LocalResponseActions responses() {
		LocalResponseActions open = this.responses;
		if (open == null) {
			open = new LocalResponseActions(this, messages(), this.stream);
			this.responses = open;
		}
		return open;
	}

	@Override
	public DeferredMessageActions actions() {
		DeferredMessageActions open = this.actions;
		if (open == null) {
			open = new DeferredMessageActions(this, messages());
			this.actions = open;
		}
		return open;
	}

	@Override
	public void deliver(Runnable result) {
		if (this.responses != null && this.responses.postpone(result)) {
			host().guarded(this::deliverPostponedIfPaused);
		}
		else {
			result.run();
		}
	}

	// --- For the messages

	@Override
	public StreamVm host() {
		return this.vm.streams();
	}

	@Override
	public VmStream context() {
		return this;
	}

	@Override
	public StreamPolicy policy() {
		return this.stream.policy();
	}

	@Override
	public boolean carryOutAnswer() {
		return (this.responses != null) ? this.responses.carryOutAnswer() : isOver();
	}

	@Override
	public void refuseBody(MessageKind kind) {
		responses().refuseBody(kind);
	}

	@Override
	public void forgetSentResponse() {
		if (this.bounds != null) {
			this.bounds.forgetSentResponse();
		}
	}

	@Override
	public @Nullable InjectedBody injected() {
		return (this.actions != null) ? this.actions.injected() : null;
	}

	@Override
	public boolean takeResume(MessageKind kind) {
		return this.actions != null && this.actions.takeResume(kind);
	}

	@Override
	public Cancellable pauseTimer(MessageKind kind) {
		StreamTask task = StreamTask.pauseTimeout(this, messages().direction(kind));
		return host().scheduleTimeout(task, policy().limits().pauseTimeout());
	}

	@Override
	public Cancellable bodyTimer(MessageKind kind, Duration delay) {
		return host().scheduleTimeout(StreamTask.bodyTimeout(this, messages().direction(kind)), delay);
	}

	// --- The life of the context

	/** Returns whether the stream's root context must be started first. */
	boolean startsRoot() {
		return this.root == null && host().contexts().startsRoot(this.stream.rootSpec());
	}

	@Override
	public boolean create() {
		if (this.root != null) {
			return true;
		}
		this.known = true;
		try {
			this.root = host().contexts().root(this.stream.rootSpec(), this);
		}
		catch (VmStartException ex) {
			boolean first = host().contexts().isFirstRefusal(this.stream.rootSpec());
			fail(policy().warnings().refused(this.stream, ex, first));
			return false;
		}
		host().contexts().register(this);
		host().guest().call(Callback.CONTEXT_CREATE, this, id(), root().id());
		return true;
	}

	@Override
	public boolean isOver() {
		return this.life != StreamLife.OPEN;
	}

	/** Applies the fail strategy, because the stream cannot continue in the guest. */
	void fail(VmFailure failure) {
		if (!isOver()) {
			this.life = StreamLife.OVER;
			messages().failed(failure, policy());
		}
	}

	@Override
	public void holderLost() {
		messages().output().threadLost();
	}

	@Override
	public void vmLost(VmFailure failure) {
		if (this.responses != null) {
			this.responses.dropPostponed();
		}
		fail(failure);
	}

	@Override
	public void endForClose(VmFailure failure) {
		if (!isOver()) {
			fail(failure);
			endInGuest();
		}
	}

	/** Ends the stream in any state. Only the first call has an effect. */
	void end() {
		if (this.life == StreamLife.ENDED) {
			return;
		}
		boolean open = !isOver();
		this.life = StreamLife.ENDED;
		host().ended();
		if (open) {
			closeAndEndInGuest();
		}
		host().contexts().restore(this);
	}

	@Override
	protected void runDeferredActions() {
		boolean answered = isOver() || (this.responses != null && this.responses.carryOutFirst());
		if (!answered && this.actions != null) {
			this.actions.run();
		}
	}

	/**
	 * Delivers postponed callout results if the guest has paused the local response, or
	 * ends the stream in the guest if the response is complete.
	 */
	void deliverPostponedIfPaused() {
		if (this.responses != null && this.responses.deliverPostponedIfPaused() && !isOver()) {
			this.life = StreamLife.OVER;
			closeAndEndInGuest();
		}
	}

	private void closeAndEndInGuest() {
		messages().close();
		endInGuest();
	}

	/** Calls the guest for the end of the stream. */
	void endInGuest() {
		if (id() != 0) {
			long start = System.nanoTime();
			callEnd(host().guest());
			host().contexts().forget(this);
			host().observer().phase(StreamPhase.END, System.nanoTime() - start, PhaseOutcome.CONTINUE);
		}
		if (this.responses != null) {
			this.responses.deliverPostponed();
		}
	}

	@Override
	public void vmRestored() {
		this.stream.giveBack(this.vm);
	}

}
