package io.gatewaywasm.host.imports;

/**
 * Queues shared by VMs (section "Shared Queue"). Each {@code char} of a queue's name is
 * one byte (ISO 8859-1), since names need not be text.
 */
public interface HostQueues {

	/**
	 * Create a queue, or take over its notifications if it exists.
	 * @param name the name of the queue in this VM id
	 * @return the token of the queue, never 0
	 */
	int registerQueue(String name);

	/**
	 * Find a queue.
	 * @param vmId the VM id, empty for this VM's
	 * @param name the name of the queue
	 * @return the token or 0 if there is none
	 */
	int resolveQueue(String vmId, String name);

	/**
	 * Append to a queue and wake its owner.
	 * @param token the token of the queue
	 * @param data the bytes, owned by the queue from now on
	 */
	void enqueue(int token, byte[] data);

	/**
	 * Take the oldest entry of a queue.
	 * @param token the token of the queue
	 * @return the bytes
	 */
	byte[] dequeue(int token);

}
