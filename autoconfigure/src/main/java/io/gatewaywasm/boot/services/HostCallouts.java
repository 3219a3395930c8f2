package io.gatewaywasm.boot.services;

import java.util.ArrayDeque;
import java.util.Deque;

import org.jspecify.annotations.Nullable;

/**
 * The callouts to one host. Guarded by {@link CalloutShares}.
 */
final class HostCallouts {

	/** The number of waiting callouts of a plugin, for each one that it can run. */
	private static final int WAITING = 2;

	private final int maximum;

	private final FairTurns<WaitingCallout> turns;

	/** The callouts that run and are about to start. */
	private final Deque<WaitingCallout> starting = new ArrayDeque<>();

	/** Whether a thread is starting the callouts. */
	private boolean isStarting;

	private int running;

	HostCallouts(int maximum) {
		this.maximum = maximum;
		int maximumOfPlugin = Math.max(1, maximum / 2);
		this.turns = new FairTurns<>(maximumOfPlugin, WAITING * maximumOfPlugin);
	}

	/** Adds a callout. Returns {@code false} if too many of its plugin are waiting. */
	boolean add(WaitingCallout callout) {
		if (!this.turns.mayAdd(callout.plugin())) {
			return false;
		}
		this.turns.add(callout.plugin(), callout);
		runWaiting();
		return true;
	}

	/** Lets waiting callouts run until the limits are reached. */
	private void runWaiting() {
		while (this.running < this.maximum && !this.turns.isEmpty()) {
			PluginShare<WaitingCallout> share = this.turns.take();
			WaitingCallout callout = share.waiting().removeFirst();
			callout.markRunning();
			this.running++;
			this.starting.addLast(callout);
			this.turns.offer(share);
		}
	}

	/**
	 * Returns the first callout to start, or {@code null} if there is none, or if another
	 * thread or a caller of this method is starting callouts.
	 */
	@Nullable WaitingCallout firstStart() {
		return this.isStarting ? null : nextStart();
	}

	/** Returns the next callout to start, or {@code null} if that was the last one. */
	@Nullable WaitingCallout nextStart() {
		WaitingCallout next = this.starting.pollFirst();
		this.isStarting = next != null;
		return next;
	}

	/** Removes a callout that has ended or no longer waits. */
	void remove(WaitingCallout callout) {
		PluginShare<WaitingCallout> share = this.turns.share(callout.plugin());
		if (share == null) {
			return;
		}
		if (callout.isRunning()) {
			share.end();
			this.running--;
			this.turns.offer(share);
		}
		else {
			this.turns.withdraw(share, callout);
		}
		this.turns.removeIfUnused(share);
		runWaiting();
	}

	boolean isUnused() {
		return this.turns.isUnused();
	}

}
