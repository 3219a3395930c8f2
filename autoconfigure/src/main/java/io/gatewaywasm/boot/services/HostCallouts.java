package io.gatewaywasm.boot.services;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * The callouts to one host. Guarded by {@link CalloutShares}.
 */
final class HostCallouts {

	/** The number of waiting callouts of a plugin, for each one that it can run. */
	private static final int WAITING = 2;

	private final int maximum;

	private final int share;

	private final Map<String, Share> shares = new HashMap<>();

	/** The shares that can start a callout, in the order of their turns. */
	private final Deque<Share> turns = new ArrayDeque<>();

	/** The callouts that run and are about to start. */
	private final Deque<WaitingCallout> starting = new ArrayDeque<>();

	/** Whether a thread is starting the callouts. */
	private boolean isStarting;

	private int running;

	HostCallouts(int maximum) {
		this.maximum = maximum;
		this.share = Math.max(1, maximum / 2);
	}

	/** Adds a callout. Returns {@code false} if too many of its plugin are waiting. */
	boolean add(WaitingCallout callout) {
		Share share = this.shares.computeIfAbsent(callout.plugin(), (plugin) -> new Share());
		if (share.waiting.size() >= WAITING * this.share) {
			return false;
		}
		share.waiting.addLast(callout);
		offer(share);
		run();
		return true;
	}

	/** Lets waiting callouts run until the limits are reached. */
	private void run() {
		while (this.running < this.maximum && !this.turns.isEmpty()) {
			Share share = this.turns.removeFirst();
			share.inTurn = false;
			WaitingCallout callout = share.waiting.pollFirst();
			if (callout != null) {
				callout.run();
				share.running++;
				this.running++;
				this.starting.addLast(callout);
			}
			offer(share);
		}
	}

	/**
	 * Returns whether the calling thread must start callouts. {@code false} if another
	 * one does, or the same one further down its stack.
	 */
	boolean beginStarts() {
		if (this.isStarting) {
			return false;
		}
		this.isStarting = true;
		return true;
	}

	/** Returns the next callout to start, or {@code null} if that was the last one. */
	@Nullable WaitingCallout nextStart() {
		WaitingCallout next = this.starting.pollFirst();
		this.isStarting = next != null;
		return next;
	}

	/** Removes a callout that has ended or no longer waits. */
	void remove(WaitingCallout callout) {
		Share share = this.shares.get(callout.plugin());
		if (share == null) {
			return;
		}
		if (callout.isRunning()) {
			share.running--;
			this.running--;
			offer(share);
		}
		else {
			share.waiting.remove(callout);
		}
		if (share.running == 0 && share.waiting.isEmpty()) {
			this.shares.remove(callout.plugin());
			this.turns.remove(share);
		}
		run();
	}

	private void offer(Share share) {
		if (!share.inTurn && !share.waiting.isEmpty() && share.running < this.share) {
			share.inTurn = true;
			this.turns.addLast(share);
		}
	}

	boolean isUnused() {
		return this.shares.isEmpty();
	}

	/** The callouts of one plugin. */
	private static final class Share {

		private final Deque<WaitingCallout> waiting = new ArrayDeque<>();

		private int running;

		private boolean inTurn;

	}

}
