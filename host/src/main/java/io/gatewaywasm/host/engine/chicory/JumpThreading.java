package io.gatewaywasm.host.engine.chicory;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.InsnList;
import org.objectweb.asm.tree.JumpInsnNode;
import org.objectweb.asm.tree.LabelNode;
import org.objectweb.asm.tree.LookupSwitchInsnNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.VarInsnNode;

/**
 * Replaces jumps to a switch with a known outcome by direct jumps. Go compiles each jump
 * inside a function to three steps: store the number of the block in a variable, jump
 * back to the start, and switch on the variable. A direct jump takes a third of the
 * bytecode and lets HotSpot see the original loops.
 * <p>
 * The compiler checks for an interrupt at each backward jump. A jump that becomes a
 * forward jump needs no check, because each loop still has a backward jump.
 */
final class JumpThreading {

	private final InsnList code;

	private final String helper;

	private final CompileSteps steps;

	private final List<AbstractInsnNode> removed = new ArrayList<>();

	/** The assignments of the jumps that were replaced. */
	private final List<Assignment> assignments = new ArrayList<>();

	private JumpThreading(MethodNode method, String helper, CompileDeadline deadline) {
		this.code = method.instructions;
		this.helper = helper;
		this.steps = new CompileSteps(deadline);
	}

	/** A variable that was set for a jump. */
	private record Assignment(VarInsnNode store, LabelNode target) {

	}

	/**
	 * Replaces the jumps of a method. {@code helper} is the internal name of the class
	 * with the interrupt check.
	 */
	static void thread(MethodNode method, String helper, CompileDeadline deadline) {
		if (method.tryCatchBlocks.isEmpty()) {
			JumpThreading jumps = new JumpThreading(method, helper, deadline);
			jumps.thread();
			jumps.removeAssignments();
			// Removed last, because a removal renumbers the instructions
			jumps.removed.forEach(method.instructions::remove);
		}
	}

	private void thread() {
		AbstractInsnNode[] instructions = this.code.toArray();
		Map<LabelNode, AbstractInsnNode> followers = followers(instructions);
		for (AbstractInsnNode instruction : instructions) {
			if (instruction.getOpcode() == Opcodes.GOTO && this.steps.take(1)) {
				thread((JumpInsnNode) instruction, followers);
			}
		}
	}

	/**
	 * Returns the first instruction after each label. Thousands of labels can have the
	 * same position.
	 */
	private static Map<LabelNode, AbstractInsnNode> followers(AbstractInsnNode[] instructions) {
		Map<LabelNode, AbstractInsnNode> followers = new HashMap<>();
		AbstractInsnNode next = null;
		for (int i = instructions.length - 1; i >= 0; i--) {
			if (instructions[i].getOpcode() >= 0) {
				next = instructions[i];
			}
			else if (instructions[i] instanceof LabelNode label && next != null) {
				followers.put(label, next);
			}
		}
		return followers;
	}

	private void thread(JumpInsnNode jump, Map<LabelNode, AbstractInsnNode> followers) {
		AbstractInsnNode load = followers.get(jump.label);
		AbstractInsnNode before = jump.getPrevious();
		AbstractInsnNode check = Code.isCheck(before, this.helper) ? before : null;
		AbstractInsnNode store = (check != null) ? check.getPrevious() : before;
		if (load == null || load.getOpcode() != Opcodes.ILOAD || !(store instanceof VarInsnNode variable)
				|| variable.getOpcode() != Opcodes.ISTORE || variable.var != ((VarInsnNode) load).var) {
			return;
		}
		Integer value = Code.intConstant(store.getPrevious());
		if (value == null) {
			return;
		}
		AbstractInsnNode choice = Code.next(load);
		if (choice instanceof LookupSwitchInsnNode lookup) {
			this.steps.take(lookup.keys.size());
		}
		LabelNode target = Code.target(choice, value);
		if (target == null) {
			return;
		}
		jump.label = target;
		if (check != null && this.code.indexOf(target) > this.code.indexOf(jump)) {
			this.removed.add(check);
		}
		this.assignments.add(new Assignment(variable, target));
	}

	/** Removes assignments to variables that are no longer read. */
	private void removeAssignments() {
		Map<Integer, List<Assignment>> variables = new LinkedHashMap<>();
		this.assignments
			.forEach((assignment) -> variables.computeIfAbsent(assignment.store().var, (variable) -> new ArrayList<>())
				.add(assignment));
		if (variables.isEmpty()) {
			return;
		}
		AbstractInsnNode[] instructions = this.code.toArray();
		Predecessors predecessors = new Predecessors(this.code, instructions);
		for (Map.Entry<Integer, List<Assignment>> variable : variables.entrySet()) {
			if (!this.steps.take(instructions.length)) {
				// The remaining assignments have no effect
				return;
			}
			boolean[] live = live(instructions, predecessors, variable.getKey());
			for (Assignment assignment : variable.getValue()) {
				if (!live[this.code.indexOf(assignment.target())]) {
					this.removed.add(assignment.store().getPrevious());
					this.removed.add(assignment.store());
				}
			}
		}
	}

	/**
	 * Returns, for each instruction, whether the value of the variable before it is still
	 * read.
	 */
	private boolean[] live(AbstractInsnNode[] instructions, Predecessors predecessors, int variable) {
		boolean[] live = new boolean[instructions.length];
		Deque<Integer> work = new ArrayDeque<>();
		for (int i = 0; i < instructions.length; i++) {
			if (Code.reads(instructions[i], variable)) {
				live[i] = true;
				work.add(i);
			}
		}
		while (!work.isEmpty()) {
			int[] before = predecessors.of(work.remove());
			this.steps.take(before.length);
			for (int index : before) {
				if (!live[index] && !Code.writes(instructions[index], variable)) {
					live[index] = true;
					work.add(index);
				}
			}
		}
		return live;
	}

	/** The predecessors of each instruction in the control flow, without exceptions. */
	private static final class Predecessors {

		private final int[][] indices;

		private final int[] counts;

		private Predecessors(InsnList code, AbstractInsnNode[] instructions) {
			this.indices = new int[instructions.length][1];
			this.counts = new int[instructions.length];
			for (int i = 0; i < instructions.length; i++) {
				int from = i;
				Code.targets(instructions[i]).forEach((target) -> add(code.indexOf(target), from));
				if (i + 1 < instructions.length && !Code.isEnd(instructions[i])) {
					add(i + 1, i);
				}
			}
			Arrays.setAll(this.indices, (i) -> Arrays.copyOf(this.indices[i], this.counts[i]));
		}

		private void add(int to, int from) {
			int count = this.counts[to]++;
			if (count == this.indices[to].length) {
				this.indices[to] = Arrays.copyOf(this.indices[to], 2 * count);
			}
			this.indices[to][count] = from;
		}

		private int[] of(int index) {
			return this.indices[index];
		}

	}

}
