package io.gatewaywasm.host.imports;

/**
 * Queues that VMs share (section "Shared Queue"). Each {@code char} of a queue's name is
 * one byte (ISO 8859-1), because names need not be text.
 */
public interface HostQueues {

	/**
	 * Creates a queue in this VM id, or takes over its notifications if it exists.
	 * Returns its token, which is never 0.
	 */
	int registerQueue(String name);

	/**
	 * Finds a queue.
	 * @param vmId the VM id, empty for this VM's
	 * @param name the name of the queue
	 * @return the token, or 0 if there is none
	 */
	int resolveQueue(String vmId, String name);

	/**
	 * Adds an entry to a queue, and notifies its owner.
	 * @param token the token of the queue
	 * @param data the bytes, owned by the queue from now on
	 */
	void enqueue(int token, byte[] data);

	/**
	 * Takes the oldest entry of a queue.
	 */
	byte[] dequeue(int token);

	/**
	 * Marks the entries that a callback took as processed. Called when it has returned or
	 * trapped.
	 */
	void callbackEnded();

}
