package io.gatewaywasm.host.plugin;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.gatewaywasm.host.vm.Vm;
import org.jspecify.annotations.Nullable;

/**
 * The VMs in the slots of a pool, by the number of the slot. Thread-safe.
 */
final class CurrentVms {

	private final AtomicReferenceArray<@Nullable Vm> vms;

	CurrentVms(int slots) {
		this.vms = new AtomicReferenceArray<>(slots);
	}

	int slots() {
		return this.vms.length();
	}

	/** Returns the VM in a slot, or {@code null} if the slot is empty. */
	@Nullable Vm get(int slot) {
		return this.vms.get(slot);
	}

	void set(int slot, @Nullable Vm vm) {
		this.vms.set(slot, vm);
	}

	/** Returns the VMs without the empty slots. */
	Stream<Vm> stream() {
		return IntStream.range(0, slots()).boxed().flatMap((slot) -> Stream.ofNullable(get(slot)));
	}

}
