package io.gatewaywasm.host.vm;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * The contexts of a VM by id, in an open-addressed hash table that neither boxes ids nor
 * allocates objects when contexts are added and removed.
 */
final class ContextTable {

	private @Nullable Context[] slots = new Context[16];

	private int size;

	@Nullable Context get(int id) {
		return this.slots[find(id)];
	}

	void put(Context context) {
		if (2 * ++this.size > this.slots.length) {
			grow();
		}
		this.slots[find(context.id())] = context;
	}

	void remove(int id) {
		int hole = find(id);
		if (this.slots[hole] == null) {
			return;
		}
		this.size--;
		// Close the gap, so that no search ends there too early
		int next = after(hole);
		for (Context context = this.slots[next]; context != null; context = this.slots[next]) {
			int distance = (next - home(context.id())) & (this.slots.length - 1);
			if (distance >= ((next - hole) & (this.slots.length - 1))) {
				this.slots[hole] = context;
				hole = next;
			}
			next = after(next);
		}
		this.slots[hole] = null;
	}

	int size() {
		return this.size;
	}

	List<Context> all() {
		List<Context> all = new ArrayList<>(this.size);
		for (Context context : this.slots) {
			if (context != null) {
				all.add(context);
			}
		}
		return all;
	}

	void clear() {
		this.slots = new Context[16];
		this.size = 0;
	}

	private void grow() {
		List<Context> all = all();
		this.slots = new Context[2 * this.slots.length];
		for (Context context : all) {
			this.slots[find(context.id())] = context;
		}
	}

	/** Returns the slot of an id, or the empty slot in which it would be stored. */
	private int find(int id) {
		int slot = home(id);
		for (Context context = this.slots[slot]; context != null && context.id() != id; context = this.slots[slot]) {
			slot = after(slot);
		}
		return slot;
	}

	/**
	 * Returns the preferred slot of an id. Ids are sequential, so their low bits are
	 * distributed best.
	 */
	private int home(int id) {
		return id & (this.slots.length - 1);
	}

	private int after(int slot) {
		return (slot + 1) & (this.slots.length - 1);
	}

}
