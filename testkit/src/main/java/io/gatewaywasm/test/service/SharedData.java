package io.gatewaywasm.test.service;

import java.nio.charset.StandardCharsets;

import io.gatewaywasm.host.spi.SharedScope;
import org.jspecify.annotations.Nullable;

/**
 * The data and queues that a filter shares with other VMs. The test acts as one of those.
 */
public final class SharedData {

	private final SharedScope scope;

	SharedData(SharedScope scope) {
		this.scope = scope;
	}

	/**
	 * Sets a value.
	 * @param key the key
	 * @param text the value, encoded as UTF-8
	 * @return this
	 */
	public SharedData put(String key, String text) {
		return put(key, text.getBytes(StandardCharsets.UTF_8));
	}

	/**
	 * Sets a value.
	 * @param key the key
	 * @param bytes the value
	 * @return this
	 */
	public SharedData put(String key, byte[] bytes) {
		this.scope.set(key, bytes.clone(), 0);
		return this;
	}

	/**
	 * Returns a value.
	 * @param key the key
	 * @return the value, or {@code null} if there is none
	 */
	public byte @Nullable [] bytes(String key) {
		SharedScope.Value value = this.scope.get(key);
		return (value != null) ? value.data().clone() : null;
	}

	/**
	 * Returns a value as text.
	 * @param key the key
	 * @return the value, decoded as UTF-8, or {@code null} if there is none
	 */
	public @Nullable String text(String key) {
		byte[] bytes = bytes(key);
		return (bytes != null) ? new String(bytes, StandardCharsets.UTF_8) : null;
	}

	/**
	 * Adds an entry to a queue that a filter has registered.
	 * @param queue the name of the queue
	 * @param bytes the entry
	 * @return this
	 */
	public SharedData enqueue(String queue, byte[] bytes) {
		int token = this.scope.resolveQueue(queue);
		if (token == 0) {
			throw new IllegalStateException("No filter has registered the queue '" + queue + "'");
		}
		this.scope.enqueue(token, bytes.clone());
		return this;
	}

	/**
	 * Takes the oldest entry of a queue.
	 * @param queue the name of the queue
	 * @return the entry, or {@code null} if there is none
	 */
	public byte @Nullable [] dequeue(String queue) {
		int token = this.scope.resolveQueue(queue);
		SharedScope.Entry entry = (token != 0) ? this.scope.dequeue(token) : null;
		return (entry != null) ? entry.data() : null;
	}

}
