package io.gatewaywasm.boot.services;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

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

	private int running;

	HostCallouts(int maximum) {
		this.maximum = maximum;
		this.share = Math.max(1, maximum / 2);
	}

	/** Adds a callout. Returns {@code false} if too many of its plugin are waiting. */
	boolean add(WaitingCallout callout) {
		Share share = this.shares.computeIfAbsent(callout.plugin(), (plugin) -> new Share());
		// A callout that can start immediately does not wait
		if (share.running >= this.share && share.waiting.size() >= WAITING * this.share) {
			return false;
		}
		share.waiting.addLast(callout);
		offer(share);
		return true;
	}

	/** Returns the callouts that start now. */
	List<WaitingCallout> start() {
		List<WaitingCallout> starting = new ArrayList<>();
		while (this.running < this.maximum && !this.turns.isEmpty()) {
			Share share = this.turns.removeFirst();
			share.inTurn = false;
			WaitingCallout callout = share.waiting.pollFirst();
			if (callout != null) {
				callout.run();
				share.running++;
				this.running++;
				starting.add(callout);
			}
			offer(share);
		}
		return starting;
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
