package io.gatewaywasm.host.spi;

import org.jspecify.annotations.Nullable;

/**
 * Data and queues that all VMs of one VM id share. Thread-safe; nothing here blocks.
 */
public interface SharedScope {

	/**
	 * A shared value.
	 *
	 * @param data the bytes, not to be changed
	 * @param cas the number to hand back for a compare-and-set, never 0
	 */
	record Value(byte[] data, int cas) {

	}

	/** What became of setting a value or filling a queue. */
	enum Result {

		/** Done. */
		OK,

		/** The value was changed meanwhile. */
		CAS_MISMATCH,

		/** There is no such queue. */
		NOT_FOUND,

		/** The bound of the store is reached. */
		FULL

	}

	/**
	 * Return a value.
	 * @param key the key
	 * @return the value or {@code null} if there is none
	 */
	@Nullable Value get(String key);

	/**
	 * Set a value.
	 * @param key the key
	 * @param data the bytes, owned by the store from now on
	 * @param cas 0, or the number that an existing value must still have
	 * @return {@code OK}, {@code CAS_MISMATCH} or {@code FULL}
	 */
	Result set(String key, byte[] data, int cas);

	/**
	 * Create a queue, or take over the notifications of an existing one.
	 * @param name the name
	 * @param wake called, from any thread, after each entry that is added, and for each
	 * that was added while nobody could be woken
	 * @return the token of the queue, unique in all scopes, or 0 if there are too many
	 */
	int registerQueue(String name, Runnable wake);

	/**
	 * Find a queue of this scope.
	 * @param name the name
	 * @return the token or 0
	 */
	int resolveQueue(String name);

	/**
	 * Append to any scope's queue.
	 * @param token the token
	 * @param data the bytes, owned by the queue from now on
	 * @return {@code OK}, {@code NOT_FOUND} or {@code FULL}
	 */
	Result enqueue(int token, byte[] data);

	/**
	 * Return whether a queue exists in any scope.
	 * @param token the token
	 * @return whether it exists
	 */
	boolean hasQueue(int token);

	/**
	 * Take the oldest entry of any scope's queue.
	 * @param token the token
	 * @return the bytes or {@code null} if the queue is empty
	 */
	byte @Nullable [] dequeue(int token);

	/**
	 * Stop waking an owner that is going away.
	 * @param token the token of a queue
	 * @param wake the callback it was registered with
	 */
	void releaseQueue(int token, Runnable wake);

}
