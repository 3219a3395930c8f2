package io.gatewaywasm.boot.shareddata;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/**
 * The Redis keys of one VM id. The VM id is encoded, so that a guest cannot choose names
 * that lead to the keys of another VM id. It is a hash tag, so all keys are in the same
 * slot.
 */
final class StoreKeys {

	private final String start;

	StoreKeys(String prefix, String vmId) {
		this.start = prefix + "{" + URLEncoder.encode(vmId, StandardCharsets.UTF_8) + "}:";
	}

	/**
	 * Returns the key of the hash with the values.
	 */
	byte[] data() {
		return bytes("data", "");
	}

	/**
	 * Returns the key of the hash with the names of queues and the sizes of their
	 * entries.
	 */
	byte[] queues() {
		return bytes("queues", "");
	}

	/**
	 * Returns the key of the stream with the entries of a queue.
	 */
	byte[] entries(String queue) {
		return bytes("queue:", queue);
	}

	/**
	 * Returns the key of the list with a queue's wake-ups.
	 */
	byte[] wakes(String queue) {
		return bytes("wake:", queue);
	}

	/** Each {@code char} of the name of a queue is one byte. */
	private byte[] bytes(String kind, String name) {
		byte[] first = (this.start + kind).getBytes(StandardCharsets.UTF_8);
		byte[] second = name.getBytes(StandardCharsets.ISO_8859_1);
		byte[] all = new byte[first.length + second.length];
		System.arraycopy(first, 0, all, 0, first.length);
		System.arraycopy(second, 0, all, first.length, second.length);
		return all;
	}

}
