package io.gatewaywasm.host.engine.chicory;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.gatewaywasm.host.engine.heap.JavaHeap;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.FrameNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.VarInsnNode;
import org.objectweb.asm.tree.analysis.AnalyzerException;

/**
 * Moves parts of methods into new methods if HotSpot's compilers refuse a method because
 * it is above 8,000 bytes, or if C2 inlines only some of its memory accesses because the
 * method and its inlined code reach that size. A part is a sequence of instructions
 * without jumps. The operand stack is empty when it begins. Its only result is one
 * number: on the stack, or in a variable that is read later.
 */
final class MethodParts {

	/** C2 stops inlining when a method and its inlined code reach this size. */
	private static final int LARGE_INLINED = 8_000;

	/** The size to which a method is reduced. */
	private static final int ENOUGH = 6_000;

	/** The size with the code that C2 inlines to which a method is reduced. */
	private static final int ENOUGH_INLINED = 7_500;

	/**
	 * The smallest part that is worth its call because of the code that is inlined into
	 * it: two memory accesses.
	 */
	private static final int SMALLEST_INLINED = 150;

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

	private static final int MAXIMUM_PARAMETERS = 20;

	/**
	 * The maximum number of variables that a part may set. It can return only one of
	 * them.
	 */
	private static final int MAXIMUM_WRITTEN = 32;

	/**
	 * The maximum number of references that the analysis of the operand stacks stores.
	 * Measured: up to 734,000 for a function of Go.
	 */
	private static final long MAXIMUM_STATE = 2 << 20;

	private final MethodNode method;

	private final String owner;

	private final AbstractInsnNode[] code;

	private final OperandStacks stacks;

	private final int[] sizes;

	/** The sizes with the code that C2 inlines. */
	private final int[] inlined;

	private final CompileSteps steps;

	/** Whether HotSpot's compilers refuse the method as it is. */
	private final boolean large;

	private final boolean recursive;

	private final LocalVariables variables;

	private MethodParts(MethodNode method, String owner, CompileSteps steps) throws AnalyzerException {
		this.method = method;
		this.owner = owner;
		this.steps = steps;
		this.recursive = Code.isDeeplyRecursive(method);
		this.code = method.instructions.toArray();
		this.sizes = new int[this.code.length];
		this.inlined = new int[this.code.length];
		for (int i = 0; i < this.code.length; i++) {
			this.sizes[i] = CodeSize.of(this.code[i]);
			this.inlined[i] = this.sizes[i] + CodeSize.inlined(this.code[i]);
		}
		this.large = Arrays.stream(this.sizes).sum() >= CodeSize.LARGE;
		this.stacks = new OperandStacks(method, owner, steps);
		this.variables = new LocalVariables(method, steps);
	}

	/**
	 * Splits the method if it is too large, alone or with the code that C2 inlines, and
	 * the heap has space for the analysis. Returns the new methods for its class.
	 */
	static List<MethodNode> split(MethodNode method, String owner, CompileDeadline deadline, JavaHeap heap) {
		long state = OperandStacks.state(method);
		if (!isToSplit(method) || !method.tryCatchBlocks.isEmpty() || state > MAXIMUM_STATE) {
			return List.of();
		}
		try (JavaHeap.Promise promise = heap.promiseIfFree(state * Long.BYTES, method.instructions.size())) {
			return (promise != null) ? new MethodParts(method, owner, new CompileSteps(deadline)).split() : List.of();
		}
		catch (AnalyzerException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Returns whether a method is too large. A deeply recursive one that HotSpot compiles
	 * stays as it is, since C2 would use more of the stack for it.
	 */
	private static boolean isToSplit(MethodNode method) {
		int size = CodeSize.of(method);
		if (size >= CodeSize.LARGE) {
			return true;
		}
		for (AbstractInsnNode instruction : method.instructions) {
			size += CodeSize.inlined(instruction);
		}
		return size > LARGE_INLINED && !Code.isDeeplyRecursive(method);
	}

	private List<MethodNode> split() {
		List<MethodPart> parts = find();
		parts.sort(Comparator.comparingInt(MethodPart::inlined).reversed());
		List<MethodNode> made = new ArrayList<>();
		int size = Arrays.stream(this.sizes).sum();
		int withInlined = Arrays.stream(this.inlined).sum();
		for (MethodPart part : parts) {
			boolean shortens = this.large && size > ENOUGH && part.saved() > 0;
			if (!shortens && (withInlined <= ENOUGH_INLINED || part.inlined() < SMALLEST_INLINED)) {
				continue;
			}
			size -= part.saved();
			withInlined -= part.inlined();
			made.add(part.move(this.method, this.owner, this.code, this.variables, made.size()));
		}
		if (!made.isEmpty()) {
			this.method.maxStack = Math.max(this.method.maxStack, 2 * MAXIMUM_PARAMETERS + 2);
		}
		return made;
	}

	private List<MethodPart> find() {
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
