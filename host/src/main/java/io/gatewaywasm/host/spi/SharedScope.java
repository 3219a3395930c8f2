package io.gatewaywasm.host.spi;

import org.jspecify.annotations.Nullable;

/**
 * The data and queues that all VMs of one VM id share. Thread-safe. Does not block unless
 * the scope is {@linkplain #isRemote() remote}.
 */
public interface SharedScope {

	/**
	 * A shared value.
	 *
	 * @param data the bytes, which must not be modified
	 * @param cas the version number for compare-and-set, never 0
	 */
	record Value(byte[] data, int cas) {

	}

	/**
	 * An entry that was taken from a queue.
	 *
	 * @param data the bytes
	 * @param processed runs when the callback that took the entry has ended; until then,
	 * a store that outlives this process may deliver the entry again
	 */
	record Entry(byte[] data, Runnable processed) {

	}

	/** The result of setting a value or adding an entry. */
	enum Result {

		/** Success. */
		OK,

		/** The value has changed in the meantime. */
		CAS_MISMATCH,

		/** The queue does not exist. */
		NOT_FOUND,

		/** A limit of the store is reached. */
		FULL

	}

	/**
	 * Returns whether the store is a remote server. If so, every method except
	 * {@link #hasQueue}, {@link #handOverQueue} and {@link #releaseQueue} may block up to
	 * the store's timeout, is never called on an event loop, and may throw
	 * {@link SharedStoreException}.
	 */
	default boolean isRemote() {
		return false;
	}

	/**
	 * Returns a value, or {@code null} if there is none.
	 */
	@Nullable Value get(String key);

	/**
	 * Sets a value.
	 * @param key the key
	 * @param data the bytes, owned by the store from now on
	 * @param cas 0, or the version number that an existing value must still have
	 * @return {@code OK}, {@code CAS_MISMATCH} or {@code FULL}
	 */
	Result set(String key, byte[] data, int cas);

	/**
	 * Creates a queue, or takes over the notifications of an existing one.
	 * @param name the name
	 * @param wake runs on any thread after each entry that is added, and for entries that
	 * were added while the queue had no owner
	 * @return the token of the queue, unique in all scopes, or 0 if there are too many
	 * queues
	 */
	int registerQueue(String name, Runnable wake);

	/**
	 * Finds a queue of this scope. Returns its token, or 0 if there is none.
	 */
	int resolveQueue(String name);

	/**
	 * Adds an entry to a queue of this scope.
	 * @param token the token of the queue
	 * @param data the bytes, owned by the queue from now on
	 * @return {@code OK}, {@code NOT_FOUND} or {@code FULL}
	 */
	Result enqueue(int token, byte[] data);

	/**
	 * Returns whether a queue of this scope has this token.
	 */
	boolean hasQueue(int token);

	/**
	 * Takes the oldest entry of a queue of this scope, or returns {@code null} if the
	 * queue is empty or does not exist.
	 */
	@Nullable Entry dequeue(int token);

	/**
	 * Hands a queue over to another owner, if {@code owner} is the present one.
	 * @param token the token of a queue
	 * @param owner the callback with which the owner registered
	 * @param next the callback of the next owner
	 */
	void handOverQueue(int token, Runnable owner, Runnable next);

	/**
	 * Stops notifying an owner that is closing.
	 * @param token the token of a queue
	 * @param wake the callback with which the owner registered
	 */
	void releaseQueue(int token, Runnable wake);

}
