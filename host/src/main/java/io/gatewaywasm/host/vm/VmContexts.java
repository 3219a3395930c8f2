package io.gatewaywasm.host.vm;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * The contexts of one VM: all of them by their ids, and the root contexts by what they
 * were made from. Used inside the VM only.
 */
final class VmContexts {

	private final ContextTable table = new ContextTable();

	private final Map<RootSpec, RootContext> roots = new LinkedHashMap<>();

	/** The root context asked for last, which saves looking for it by its value. */
	private @Nullable RootContext lastRoot;

	private int lastId;

	/**
	 * Give a context an id that no other has, and keep it.
	 * @param context the context
	 */
	void add(Context context) {
		do {
			this.lastId++;
		}
		while (this.lastId <= 0 || this.table.get(this.lastId) != null);
		context.id(this.lastId);
		this.table.put(context);
		if (context instanceof RootContext root) {
			this.roots.put(root.spec(), root);
		}
	}

	void remove(Context context) {
		this.table.remove(context.id());
		if (context instanceof RootContext root) {
			this.roots.remove(root.spec());
			this.lastRoot = null;
		}
	}

	@Nullable Context get(int id) {
		return this.table.get(id);
	}

	@Nullable RootContext root(RootSpec spec) {
		RootContext root = this.lastRoot;
		if (root == null || !root.spec().equals(spec)) {
			root = this.roots.get(spec);
			this.lastRoot = root;
		}
		return root;
	}

	boolean hasRoots() {
		return !this.roots.isEmpty();
	}

	List<RootContext> roots() {
		return List.copyOf(this.roots.values());
	}

	List<VmStream> streams() {
		return this.table.all().stream().filter(VmStream.class::isInstance).map(VmStream.class::cast).toList();
	}

	/**
	 * Return the last id that was given to a context.
	 * @return the id, or 0 if there was none
	 */
	int lastId() {
		return this.lastId;
	}

	/**
	 * Forget every context but those that are to be kept.
	 * @param kept the root contexts to keep
	 * @param last the last id that counts as given
	 */
	void keepOnly(List<RootContext> kept, int last) {
		this.lastId = last;
		if (this.table.size() == kept.size()) {
			return;
		}
		this.table.clear();
		kept.forEach(this.table::put);
		this.roots.values().retainAll(kept);
		this.lastRoot = null;
	}

	void clear() {
		this.table.clear();
		this.roots.clear();
		this.lastRoot = null;
	}

}
