package io.gatewaywasm.host.engine.chicory;

import java.util.ArrayList;
import java.util.List;

import com.dylibso.chicory.runtime.GlobalInstance;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.wasm.types.MutabilityType;

/**
 * The captured values of an instance's mutable globals.
 */
final class GlobalSnapshot {

	private final GlobalInstance[] globals;

	private final long[] values;

	private GlobalSnapshot(GlobalInstance[] globals) {
		this.globals = globals;
		this.values = new long[globals.length];
		for (int i = 0; i < globals.length; i++) {
			this.values[i] = globals[i].getValue();
		}
	}

	/** Captures the present values. */
	static GlobalSnapshot of(Instance instance) {
		List<GlobalInstance> mutable = new ArrayList<>();
		for (int i = 0; i < instance.globalCount(); i++) {
			GlobalInstance global = instance.global(i);
			if (global.getMutabilityType() == MutabilityType.Var) {
				mutable.add(global);
			}
		}
		return new GlobalSnapshot(mutable.toArray(new GlobalInstance[0]));
	}

	/** Restores the captured values. */
	void restore() {
		for (int i = 0; i < this.globals.length; i++) {
			this.globals[i].setValue(this.values[i]);
		}
	}

}
