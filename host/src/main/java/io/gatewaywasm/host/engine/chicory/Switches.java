package io.gatewaywasm.host.engine.chicory;

import java.util.SortedMap;
import java.util.TreeMap;

import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.LabelNode;
import org.objectweb.asm.tree.LookupSwitchInsnNode;
import org.objectweb.asm.tree.TableSwitchInsnNode;

/**
 * Reads and creates switch instructions of both kinds.
 */
final class Switches {

	private Switches() {
	}

	/** Returns the labels of a switch by their numbers, without the default. */
	static SortedMap<Integer, LabelNode> cases(AbstractInsnNode choice) {
		SortedMap<Integer, LabelNode> cases = new TreeMap<>();
		if (choice instanceof TableSwitchInsnNode table) {
			for (int i = 0; i < table.labels.size(); i++) {
				cases.put(table.min + i, table.labels.get(i));
			}
		}
		else if (choice instanceof LookupSwitchInsnNode lookup) {
			for (int i = 0; i < lookup.labels.size(); i++) {
				cases.put(lookup.keys.get(i), lookup.labels.get(i));
			}
		}
		cases.values().removeIf((label) -> label == otherwise(choice));
		return cases;
	}

	/** Returns the default label of a switch. */
	static LabelNode otherwise(AbstractInsnNode choice) {
		return (choice instanceof TableSwitchInsnNode table) ? table.dflt : ((LookupSwitchInsnNode) choice).dflt;
	}

	/**
	 * Returns a switch to these labels: with a table, unless the numbers are far apart.
	 */
	static AbstractInsnNode of(SortedMap<Integer, LabelNode> labels, LabelNode otherwise) {
		int first = labels.firstKey();
		int last = labels.lastKey();
		if (last - first >= 2 * labels.size() + 2) {
			return new LookupSwitchInsnNode(otherwise, labels.keySet().stream().mapToInt(Integer::intValue).toArray(),
					labels.values().toArray(new LabelNode[0]));
		}
		LabelNode[] all = new LabelNode[last - first + 1];
		for (int i = 0; i < all.length; i++) {
			all[i] = labels.getOrDefault(first + i, otherwise);
		}
		return new TableSwitchInsnNode(first, last, otherwise, all);
	}

}
