package io.gatewaywasm.host.engine.chicory;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.FrameNode;
import org.objectweb.asm.tree.IincInsnNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.VarInsnNode;

/**
 * The local variables of a method: where each is live, and whether its type changes.
 */
final class LocalVariables {

	private final MethodNode method;

	private final AbstractInsnNode[] code;

	private final CompileSteps steps;

	private final BitSet[] live;

	private final Set<Integer> changing = new HashSet<>();

	/** Analyzes a method until {@code steps} is used up. */
	LocalVariables(MethodNode method, CompileSteps steps) {
		this.method = method;
		this.code = method.instructions.toArray();
		this.steps = steps;
		this.live = findLive();
		findChanging();
	}

	/** Returns whether the value of a variable before an instruction is read later. */
	boolean isLive(int variable, int instruction) {
		return this.live[instruction].get(variable);
	}

	/**
	 * Returns whether a variable does not have the same type at all jump targets. Moving
	 * a store to such a variable out of the method could contradict a stack map, even if
	 * the variable is not read again.
	 */
	boolean isChanging(int variable) {
		return this.changing.contains(variable);
	}

	/** Returns the type of a method parameter that is not a number. */
	@Nullable Type parameterType(int variable) {
		int index = 0;
		for (Type type : Type.getArgumentTypes(this.method.desc)) {
			if (index == variable) {
				return (type.getSort() == Type.OBJECT) ? type : null;
			}
			index += type.getSize();
		}
		return null;
	}

	private void findChanging() {
		Map<Integer, Object> types = new HashMap<>();
		boolean first = true;
		for (AbstractInsnNode instruction : this.code) {
			if (instruction instanceof FrameNode frame) {
				Map<Integer, Object> here = new HashMap<>();
				int variable = 0;
				for (Object type : frame.local) {
					here.put(variable, type);
					variable += (type == Opcodes.LONG || type == Opcodes.DOUBLE) ? 2 : 1;
				}
				if (!first) {
					here.forEach((index, type) -> {
						if (!type.equals(types.get(index))) {
							this.changing.add(index);
						}
					});
					types.keySet().stream().filter((index) -> !here.containsKey(index)).forEach(this.changing::add);
				}
				types.putAll(here);
				first = false;
			}
		}
	}

	/** Returns the variables that are live before each instruction. */
	private BitSet[] findLive() {
		int count = this.code.length;
		BitSet[] before = new BitSet[count + 1];
		List<List<Integer>> sources = new ArrayList<>();
		for (int i = 0; i <= count; i++) {
			before[i] = new BitSet();
			sources.add(new ArrayList<>(1));
		}
		Deque<Integer> work = new ArrayDeque<>();
		for (int i = 0; i < count; i++) {
			for (AbstractInsnNode target : Code.targets(this.code[i])) {
				sources.get(this.method.instructions.indexOf(target)).add(i);
			}
			if (!Code.isEnd(this.code[i])) {
				sources.get(i + 1).add(i);
			}
			int read = read(this.code[i]);
			if (read >= 0) {
				before[i].set(read);
				work.add(i);
			}
		}
		while (!work.isEmpty()) {
			int index = work.removeLast();
			for (int source : sources.get(index)) {
				if (!this.steps.take(1L + before[index].length() / Long.SIZE)) {
					// Without steps left, no parts are searched for
					return before;
				}
				int cardinality = before[source].cardinality();
				BitSet after = (BitSet) before[index].clone();
				int written = written(this.code[source]);
				if (written >= 0) {
					after.clear(written);
				}
				before[source].or(after);
				if (before[source].cardinality() > cardinality) {
					work.add(source);
				}
			}
		}
		return before;
	}

	private static int read(AbstractInsnNode instruction) {
		if (instruction instanceof IincInsnNode increment) {
			return increment.var;
		}
		return (instruction instanceof VarInsnNode access && access.getOpcode() < Opcodes.ISTORE) ? access.var : -1;
	}

	private static int written(AbstractInsnNode instruction) {
		return (instruction instanceof VarInsnNode access && access.getOpcode() >= Opcodes.ISTORE) ? access.var : -1;
	}

}
