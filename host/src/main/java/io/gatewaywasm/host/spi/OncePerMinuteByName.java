package io.gatewaywasm.host.spi;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Allows one log line a minute for each name, for events whose names guests or clients
 * determine. Names beyond a maximum share one line a minute, until the last line of the
 * least recently used name is more than a minute old. Thread-safe.
 */
public final class OncePerMinuteByName {

	private final int maximum;

	private final LongSupplier clock;

	/** The least recently used name first. */
	private final Map<String, OncePerMinute> names = new LinkedHashMap<>(16, 0.75f, true);

	private final OncePerMinute others;

	/**
	 * Creates limits that allow the first line of each name.
	 * @param maximum the number of names that have a limit of their own
	 */
	public OncePerMinuteByName(int maximum) {
		this(maximum, System::nanoTime);
	}

	OncePerMinuteByName(int maximum, LongSupplier clock) {
		this.maximum = maximum;
		this.clock = clock;
		this.others = new OncePerMinute(clock);
	}

	/**
	 * Requests to write a line. Returns -1 if it must not be written, otherwise the known
	 * number of lines of the same name that were dropped before it.
	 * @param name the name of the event
	 */
	public long take(String name) {
		OncePerMinute limit = limit(name);
		long before = limit.take();
		return (limit == this.others) ? Math.min(before, 0) : before;
	}

	private synchronized OncePerMinute limit(String name) {
		OncePerMinute limit = this.names.get(name);
		if (limit != null) {
			return limit;
		}
		if (this.names.size() >= this.maximum) {
			Map.Entry<String, OncePerMinute> eldest = this.names.entrySet().iterator().next();
			if (eldest.getValue().isRecent()) {
				return this.others;
			}
			this.names.remove(eldest.getKey());
		}
		OncePerMinute added = new OncePerMinute(this.clock);
		this.names.put(name, added);
		return added;
	}

}
