package io.gatewaywasm.host.vm;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

import io.gatewaywasm.host.spi.RootSpec;
import org.jspecify.annotations.Nullable;

/**
 * The contexts of one VM by id, and its root contexts by specification. Used only inside
 * the VM.
 */
final class VmContexts {

	private final ContextTable table = new ContextTable();

	private final Map<RootSpec, RootContext> roots = new LinkedHashMap<>();

	/** Root contexts that end, and that streams no longer get. */
	private final Set<RootContext> ending = new LinkedHashSet<>();

	/** The root context that was requested last, which often saves a search by value. */
	private @Nullable RootContext lastRoot;

	private int lastId;

	/** Assigns an unused id to a context and stores it. */
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
			this.roots.remove(root.spec(), root);
			this.ending.remove(root);
			this.lastRoot = null;
		}
	}

	/**
	 * Marks a root context as ending. A stream that needs its specification gets another
	 * one.
	 */
	void ending(RootContext root) {
		this.roots.remove(root.spec());
		this.ending.add(root);
		this.lastRoot = null;
	}

	/** Returns whether a root context is ending, and no stream has it any more. */
	boolean mayEnd(RootContext root) {
		return !root.hasStreams() && this.ending.contains(root);
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
		return !this.roots.isEmpty() || !this.ending.isEmpty();
	}

	List<RootContext> roots() {
		return Stream.concat(this.roots.values().stream(), this.ending.stream()).toList();
	}

	List<VmStream> streams() {
		return this.table.all().stream().filter(VmStream.class::isInstance).map(VmStream.class::cast).toList();
	}

	/** Returns whether there is a stream that is not ending. */
	boolean hasOpenStream() {
		return streams().stream().anyMatch((stream) -> !stream.isOver());
	}

	/** Returns the id that was assigned last, or 0 if there was none. */
	int lastId() {
		return this.lastId;
	}

	/**
	 * Removes all contexts except the given root contexts, and resets the last assigned
	 * id.
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
		this.ending.clear();
		this.lastRoot = null;
	}

}
