package io.gatewaywasm.host.engine.chicory;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.gatewaywasm.host.engine.binary.FunctionNames;
import io.gatewaywasm.host.engine.heap.HotSpot;
import io.gatewaywasm.host.engine.heap.JavaHeap;
import io.gatewaywasm.host.engine.instructions.DirectAccess;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.commons.CodeSizeEvaluator;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.FrameNode;
import org.objectweb.asm.tree.IincInsnNode;
import org.objectweb.asm.tree.InsnList;
import org.objectweb.asm.tree.InsnNode;
import org.objectweb.asm.tree.LdcInsnNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.VarInsnNode;
import org.objectweb.asm.tree.analysis.Analyzer;
import org.objectweb.asm.tree.analysis.AnalyzerException;
import org.objectweb.asm.tree.analysis.BasicInterpreter;
import org.objectweb.asm.tree.analysis.BasicValue;
import org.objectweb.asm.tree.analysis.Frame;

/**
 * Moves parts of methods into new methods if HotSpot's compilers refuse a method because
 * it is above 8,000 bytes, or if C2 inlines only some of its memory accesses because the
 * method and its inlined code reach that size. A part is a sequence of instructions
 * without jumps. The operand stack is empty when it begins. Its only result is one
 * number: on the stack, or in a variable that is read later.
 */
final class MethodParts {

	private static final String ACCESS = Type.getInternalName(DirectAccess.class);

	/** Prefix of the names of the new methods. */
	private static final String PREFIX = FunctionNames.PART_PREFIX;

	/** HotSpot's limit, reduced by the error of the size estimate. */
	static final int LARGE = 7_900;

	/** C2 stops inlining when a method and its inlined code reach this size. */
	private static final int LARGE_INLINED = 8_000;

	/** The size to which a method is reduced. */
	private static final int ENOUGH = 6_000;

	/** The size with the code that C2 inlines to which a method is reduced. */
	private static final int ENOUGH_INLINED = 7_500;

	/**
	 * The number of bytes that C2 inlines for a read, including methods of the JDK, of
	 * which those that it is forced to inline count as one byte each.
	 */
	private static final int INLINED_READ = 64;

	private static final int INLINED_WRITE = 94;

	private static final int INLINED_OTHER = 16;

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
	 * The maximum number of references that the analysis stores: one for each variable
	 * and stack entry, for each instruction. Measured: up to 734,000 for a function of
	 * Go.
	 */
	private static final long MAXIMUM_STATE = 2 << 20;

	/** The additional references that the analysis stores for each instruction. */
	private static final int STATE_OF_INSTRUCTION = 24;

	private final MethodNode method;

	private final String owner;

	private final AbstractInsnNode[] code;

	private final Frame<BasicValue>[] frames;

	private final int[] sizes;

	/** The sizes with the code that C2 inlines. */
	private final int[] inlined;

	private final CompileSteps steps;

	/** Whether HotSpot's compilers refuse the method as it is. */
	private final boolean large;

	private final boolean recursive;

	private final BitSet[] live;

	private final Set<Integer> changing = new HashSet<>();

	private MethodParts(MethodNode method, String owner, CompileSteps steps) throws AnalyzerException {
		this.method = method;
		this.owner = owner;
		this.steps = steps;
		this.recursive = Code.isDeeplyRecursive(method);
		this.code = method.instructions.toArray();
		this.sizes = new int[this.code.length];
		this.inlined = new int[this.code.length];
		for (int i = 0; i < this.code.length; i++) {
			this.sizes[i] = size(this.code[i]);
			this.inlined[i] = this.sizes[i] + inlined(this.code[i]);
		}
		this.large = Arrays.stream(this.sizes).sum() >= LARGE;
		this.frames = new Analyzer<>(new BasicInterpreter()) {

			@Override
			protected void newControlFlowEdge(int from, int to) {
				steps.take(1);
			}

		}.analyze(owner, method);
		this.live = live();
		findChanging();
	}

	/**
	 * A sequence of instructions.
	 *
	 * @param start the index of its first instruction
	 * @param end the index after its last instruction
	 * @param parameters the variables that it reads, with the opcode of the load
	 * @param result the store to the variable that is read later, if any
	 * @param left the type of the number that it leaves on the stack, or {@code void}
	 * @param saved the number of bytes by which the method becomes smaller
	 * @param inlined the same with the code that C2 inlines
	 */
	private record Part(int start, int end, Map<Integer, Integer> parameters, @Nullable VarInsnNode result, Type left,
			int saved, int inlined) {

	}

	/**
	 * Splits the method if it is too large, alone or with the code that C2 inlines, and
	 * the heap has space for the analysis. Returns the new methods for its class.
	 */
	static List<MethodNode> split(MethodNode method, String owner, CompileDeadline deadline, JavaHeap heap) {
		long state = ((long) method.maxLocals + method.maxStack + STATE_OF_INSTRUCTION) * method.instructions.size();
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
		int size = size(method);
		if (size >= LARGE) {
			return true;
		}
		for (AbstractInsnNode instruction : method.instructions) {
			size += inlined(instruction);
		}
		return size > LARGE_INLINED && !Code.isDeeplyRecursive(method);
	}

	/** Returns the number of bytes that C2 inlines for an instruction. */
	private static int inlined(AbstractInsnNode instruction) {
		if (!(instruction instanceof MethodInsnNode call) || !call.owner.equals(ACCESS)) {
			return 0;
		}
		if (call.name.startsWith("read")) {
			return INLINED_READ;
		}
		return call.name.startsWith("write") ? INLINED_WRITE : INLINED_OTHER;
	}

	/** Estimates the size of a method's code in bytes. The estimate is rarely too low. */
	static int size(MethodNode method) {
		int size = 0;
		for (AbstractInsnNode instruction : method.instructions) {
			size += size(instruction);
		}
		return size;
	}

	private static int size(AbstractInsnNode instruction) {
		if (instruction.getOpcode() < 0) {
			return 0;
		}
		CodeSizeEvaluator size = new CodeSizeEvaluator(null);
		instruction.accept(size);
		// The index of a constant can need two bytes
		return size.getMinSize() + ((instruction instanceof LdcInsnNode) ? 1 : 0);
	}

	private List<MethodNode> split() {
		List<Part> parts = find();
		parts.sort(Comparator.comparingInt(Part::inlined).reversed());
		List<MethodNode> made = new ArrayList<>();
		int size = Arrays.stream(this.sizes).sum();
		int withInlined = Arrays.stream(this.inlined).sum();
		for (Part part : parts) {
			boolean shortens = this.large && size > ENOUGH && part.saved() > 0;
			if (!shortens && (withInlined <= ENOUGH_INLINED || part.inlined() < SMALLEST_INLINED)) {
				continue;
			}
			size -= part.saved();
			withInlined -= part.inlined();
			made.add(move(part, made.size()));
		}
		if (!made.isEmpty()) {
			this.method.maxStack = Math.max(this.method.maxStack, 2 * MAXIMUM_PARAMETERS + 2);
		}
		return made;
	}

	private List<Part> find() {
		List<Part> parts = new ArrayList<>();
		int first = 0;
		while (first < this.code.length && !(this.code[first] instanceof FrameNode)) {
			first++;
		}
		for (int start = first; start < this.code.length && this.steps.take(1);) {
			Part part = isBoundary(start) ? largest(start) : null;
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

	private boolean isBoundary(int index) {
		Frame<BasicValue> frame = (index < this.frames.length) ? this.frames[index] : null;
		return frame != null && frame.getStackSize() == 0;
	}

	/**
	 * Returns the type that a part ending here leaves on the stack, or {@code null} if a
	 * part cannot end here.
	 */
	private @Nullable Type left(int index) {
		Frame<BasicValue> frame = (index < this.frames.length) ? this.frames[index] : null;
		if (frame == null || frame.getStackSize() > 1) {
			return null;
		}
		Type type = (frame.getStackSize() == 0) ? Type.VOID_TYPE : frame.getStack(0).getType();
		return (type != null && type.getSort() <= Type.DOUBLE) ? type : null;
	}

	private @Nullable Part largest(int start) {
		Part largest = null;
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
			Type left = left(i + 1);
			if (left != null) {
				this.steps.take(1L + written.size());
				Part part = part(start, i + 1, parameters, written, left, size, withInlined);
				largest = (part != null && (largest == null || part.inlined() > largest.inlined())) ? part : largest;
			}
		}
		return largest;
	}

	private @Nullable Part part(int start, int end, Map<Integer, Integer> parameters, Map<Integer, VarInsnNode> written,
			Type left, int size, int withInlined) {
		VarInsnNode result = null;
		for (VarInsnNode access : written.values()) {
			if (this.live[end].get(access.var)) {
				if (result != null || left.getSort() != Type.VOID) {
					return null;
				}
				result = access;
			}
		}
		int call = CALL + parameters.keySet().stream().mapToInt(MethodSizes::sizeOfLocal).sum()
				+ ((result != null) ? MethodSizes.sizeOfLocal(result.var) : 0);
		boolean shortens = this.large && size >= (this.recursive ? SMALLEST_OF_RECURSIVE : SMALLEST) && size > 2 * call;
		return (shortens || (!this.recursive && withInlined >= SMALLEST_INLINED))
				? new Part(start, end, new LinkedHashMap<>(parameters), result, left, size - call, withInlined - call)
				: null;
	}

	private boolean isMovable(AbstractInsnNode instruction) {
		int opcode = instruction.getOpcode();
		if (opcode < 0 || opcode == Opcodes.IINC || Code.isEnd(instruction) || !Code.targets(instruction).isEmpty()) {
			return false;
		}
		if (instruction instanceof VarInsnNode access) {
			if (opcode == Opcodes.ASTORE || this.changing.contains(access.var)) {
				return false;
			}
			return opcode != Opcodes.ALOAD || typeOf(access.var) != null;
		}
		return true;
	}

	/** Returns the type of a method parameter that is not a number. */
	private @Nullable Type typeOf(int variable) {
		int index = 0;
		for (Type type : Type.getArgumentTypes(this.method.desc)) {
			if (index == variable) {
				return (type.getSort() == Type.OBJECT) ? type : null;
			}
			index += type.getSize();
		}
		return null;
	}

	private MethodNode move(Part part, int number) {
		InsnList moved = new InsnList();
		InsnList call = new InsnList();
		Map<Integer, Integer> variables = new HashMap<>();
		StringBuilder descriptor = new StringBuilder("(");
		int next = 0;
		for (Map.Entry<Integer, Integer> parameter : part.parameters().entrySet()) {
			Type type = type(parameter.getValue() - Opcodes.ILOAD, parameter.getKey());
			call.add(new VarInsnNode(parameter.getValue(), parameter.getKey()));
			descriptor.append(type.getDescriptor());
			variables.put(parameter.getKey(), next);
			next += type.getSize();
		}
		VarInsnNode result = part.result();
		Type returned = (result != null) ? type(result.getOpcode() - Opcodes.ISTORE, result.var) : part.left();
		descriptor.append(')').append(returned.getDescriptor());
		String name = PREFIX + number + "_of_" + this.method.name;
		call.add(new MethodInsnNode(Opcodes.INVOKESTATIC, this.owner, name, descriptor.toString()));
		if (result != null) {
			call.add(new VarInsnNode(result.getOpcode(), result.var));
		}
		InsnList code = this.method.instructions;
		code.insertBefore(this.code[part.start()], call);
		for (int i = part.start(); i < part.end(); i++) {
			code.remove(this.code[i]);
			if (this.code[i] instanceof VarInsnNode access) {
				Integer variable = variables.get(access.var);
				if (variable == null) {
					variable = next;
					variables.put(access.var, variable);
					next += 2;
				}
				moved.add(new VarInsnNode(access.getOpcode(), variable));
			}
			else {
				moved.add(this.code[i]);
			}
		}
		if (result != null) {
			moved.add(new VarInsnNode(result.getOpcode() - Opcodes.ISTORE + Opcodes.ILOAD,
					variables.getOrDefault(result.var, 0)));
		}
		moved.add(new InsnNode(returned.getOpcode(Opcodes.IRETURN)));
		MethodNode made = new MethodNode(Opcodes.ASM9, Opcodes.ACC_STATIC, name, descriptor.toString(), null, null);
		made.instructions = moved;
		made.maxLocals = next;
		made.maxStack = Math.max(2, this.method.maxStack);
		return made;
	}

	/** Returns the type that a load or store instruction accesses. */
	private Type type(int kind, int variable) {
		return switch (kind) {
			case 0 -> Type.INT_TYPE;
			case 1 -> Type.LONG_TYPE;
			case 2 -> Type.FLOAT_TYPE;
			case 3 -> Type.DOUBLE_TYPE;
			default -> {
				Type type = typeOf(variable);
				if (type == null) {
					throw new IllegalStateException("variable " + variable + " has no known type");
				}
				yield type;
			}
		};
	}

	/**
	 * Finds variables that do not have the same type at all jump targets. Moving a store
	 * to such a variable into a part could contradict a stack map, even if the variable
	 * is not read again.
	 */
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
	private BitSet[] live() {
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
