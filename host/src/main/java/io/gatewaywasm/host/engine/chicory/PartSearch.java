package io.gatewaywasm.host.engine.chicory;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.FrameNode;
import org.objectweb.asm.tree.VarInsnNode;

/**
 * Finds the parts of a method that can be moved into new methods: sequences of
 * instructions without jumps, before which the operand stack is empty, and whose only
 * result is one number. {@code inlined} has the sizes with the code that C2 inlines,
 * {@code large} says whether HotSpot's compilers refuse the method as it is,
 * {@code recursive} says whether the method is deeply recursive, and {@code stacks} has
 * the operand stacks before the instructions.
 */
record PartSearch(AbstractInsnNode[] code, int[] sizes, int[] inlined, boolean large, boolean recursive,
		OperandStacks stacks, LocalVariables variables, CompileSteps steps) {

	/**
	 * The smallest part that is worth its call because of the code that is inlined into
	 * it: two memory accesses.
	 */
	static final int SMALLEST_INLINED = 150;

	/** A smaller part saves less than its call costs. */
	private static final int SMALLEST = 12;

	/**
	 * The smallest part of a deeply recursive method. With smaller parts, more such
	 * methods would become just small enough for HotSpot's compilers.
	 */
	private static final int SMALLEST_OF_RECURSIVE = 24;

	private static final int LARGEST = 2_000;

	/** C2 inlines all accesses of a part below this size. */
	private static final int LARGEST_INLINED = 6_000;

	/** The size of the instruction that calls a part. */
	private static final int CALL = 3;

	static final int MAXIMUM_PARAMETERS = 20;

	/**
	 * The maximum number of variables that a part may set. It can return only one of
	 * them.
	 */
	private static final int MAXIMUM_WRITTEN = 32;

	/** Returns the parts in the order of the code. They do not overlap. */
	List<MethodPart> find() {
		List<MethodPart> parts = new ArrayList<>();
		int first = 0;
		while (first < this.code.length && !(this.code[first] instanceof FrameNode)) {
			first++;
		}
		for (int start = first; start < this.code.length && this.steps.take(1);) {
			MethodPart part = this.stacks.isEmpty(start) ? largest(start) : null;
			if (part != null) {
				parts.add(part);
				start = part.end();
			}
			else {
				start++;
			}
		}
		return parts;
	}

	private @Nullable MethodPart largest(int start) {
		MethodPart largest = null;
		Map<Integer, Integer> parameters = new LinkedHashMap<>();
		Map<Integer, VarInsnNode> written = new HashMap<>();
		int size = 0;
		int withInlined = 0;
		for (int i = start; i < this.code.length && size < LARGEST && withInlined < LARGEST_INLINED; i++) {
			AbstractInsnNode instruction = this.code[i];
			if (!isMovable(instruction)) {
				break;
			}
			if (instruction instanceof VarInsnNode access) {
				if (access.getOpcode() >= Opcodes.ISTORE) {
					written.put(access.var, access);
				}
				else if (!written.containsKey(access.var)) {
					parameters.putIfAbsent(access.var, access.getOpcode());
				}
			}
			size += this.sizes[i];
			withInlined += this.inlined[i];
			if (parameters.size() > MAXIMUM_PARAMETERS || written.size() > MAXIMUM_WRITTEN) {
				break;
			}
			if (!this.steps.take(1)) {
				break;
			}
			Type left = this.stacks.onlyNumber(i + 1);
			if (left != null) {
				this.steps.take(1L + written.size());
				MethodPart part = part(start, i + 1, parameters, written, left, size, withInlined);
				largest = (part != null && (largest == null || part.inlined() > largest.inlined())) ? part : largest;
			}
		}
		return largest;
	}

	private @Nullable MethodPart part(int start, int end, Map<Integer, Integer> parameters,
			Map<Integer, VarInsnNode> written, Type left, int size, int withInlined) {
		VarInsnNode result = null;
		for (VarInsnNode access : written.values()) {
			if (this.variables.isLive(access.var, end)) {
				if (result != null || left.getSort() != Type.VOID) {
					return null;
				}
				result = access;
			}
		}
		int call = CALL + parameters.keySet().stream().mapToInt(MethodSizes::sizeOfLocal).sum()
				+ ((result != null) ? MethodSizes.sizeOfLocal(result.var) : 0);
		boolean shortens = this.large && size >= (this.recursive ? SMALLEST_OF_RECURSIVE : SMALLEST) && size > 2 * call;
		return (shortens || (!this.recursive && withInlined >= SMALLEST_INLINED)) ? new MethodPart(start, end,
				new LinkedHashMap<>(parameters), result, left, size - call, withInlined - call) : null;
	}

	private boolean isMovable(AbstractInsnNode instruction) {
		int opcode = instruction.getOpcode();
		if (opcode < 0 || opcode == Opcodes.IINC || Code.isEnd(instruction) || !Code.targets(instruction).isEmpty()) {
			return false;
		}
		if (instruction instanceof VarInsnNode access) {
			if (opcode == Opcodes.ASTORE || this.variables.isChanging(access.var)) {
				return false;
			}
			return opcode != Opcodes.ALOAD || this.variables.parameterType(access.var) != null;
		}
		return true;
	}

}
