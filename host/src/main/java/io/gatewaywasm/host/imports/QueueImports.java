package io.gatewaywasm.host.imports;

import io.gatewaywasm.host.abi.GuestMemory;
import io.gatewaywasm.host.abi.Status;

/**
 * The functions of the section "Shared Queue" of the specification.
 */
final class QueueImports {

	static final ImportArea<QueueImports> AREA = ImportArea.of("Queues", QueueImports::new)
		.function("proxy_register_shared_queue", AbiVersion.V0_1_0, "iii", QueueImports::register)
		.function("proxy_resolve_shared_queue", AbiVersion.V0_1_0, "iiiii", QueueImports::resolve)
		.function("proxy_enqueue_shared_queue", AbiVersion.V0_1_0, "iii", QueueImports::enqueue)
		.function("proxy_dequeue_shared_queue", AbiVersion.V0_1_0, "iii", QueueImports::dequeue);

	private final Guest guest;

	private final HostQueues host;

	private QueueImports(Guest guest) {
		this.guest = guest;
		this.host = guest.host().queues();
	}

	private Status register(GuestMemory memory, long[] arguments) {
		String name = Guest.key(memory, arguments[0], arguments[1]);
		memory.check((int) arguments[2], Integer.BYTES);
		memory.writeInt((int) arguments[2], this.host.registerQueue(name));
		return Status.OK;
	}

	private Status resolve(GuestMemory memory, long[] arguments) {
		String vmId = Guest.utf8(memory, arguments[0], arguments[1]);
		String name = Guest.key(memory, arguments[2], arguments[3]);
		memory.check((int) arguments[4], Integer.BYTES);
		int token = this.host.resolveQueue(vmId, name);
		if (token == 0) {
			return Status.NOT_FOUND;
		}
		memory.writeInt((int) arguments[4], token);
		return Status.OK;
	}

	private Status enqueue(GuestMemory memory, long[] arguments) {
		this.host.enqueue((int) arguments[0], Guest.bytes(memory, arguments[1], arguments[2]));
		return Status.OK;
	}

	private Status dequeue(GuestMemory memory, long[] arguments) {
		// Check the pointers first: an entry that was taken and cannot be passed on is
		// lost.
		Guest.checkInts(memory, arguments[1], arguments[2]);
		this.guest.give(memory, this.host.dequeue((int) arguments[0]), arguments[1], arguments[2]);
		return Status.OK;
	}

}
