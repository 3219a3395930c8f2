package io.gatewaywasm.host.engine.chicory;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

import io.gatewaywasm.host.engine.binary.FunctionNames;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.InsnList;
import org.objectweb.asm.tree.InsnNode;
import org.objectweb.asm.tree.JumpInsnNode;
import org.objectweb.asm.tree.LabelNode;
import org.objectweb.asm.tree.LookupSwitchInsnNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.TableSwitchInsnNode;
import org.objectweb.asm.tree.VarInsnNode;

/**
 * Separates the start of a function from its continuation. A function compiled from Go
 * begins with a switch on its parameter: 0 starts the function, and any other number
 * continues it behind a call during which another goroutine ran. Each call is therefore
 * an entry into the middle of the function, and of the loops around the call, which
 * HotSpot's C2 cannot optimize. Continuations are rare, so they move to a method of their
 * own, which is a copy of the whole function and may stay too large for HotSpot.
 */
final class ContinuationSplit {

	/** Prefix of the names of the methods that continue a function. */
	private static final String PREFIX = FunctionNames.PART_PREFIX + "_resumed_of_";

	/** A copy of a smaller function costs more than it gains. */
	private static final int SMALLEST = 1_500;

	/** A larger function stays too large for HotSpot. */
	private static final int LARGEST = 40_000;

	/** The first parameter of the function, which is the number of the block. */
	private static final int BLOCK = 0;

	/** The number of the block, the memory and the instance. */
	private static final int PARAMETERS = 3;

	private final MethodNode method;

	private final String helper;

	private ContinuationSplit(MethodNode method, String helper) {
		this.method = method;
		this.helper = helper;
	}

	/**
	 * Moves the continuation of a function to a new method of the class {@code owner},
	 * and returns it. Returns {@code null} if the function does not begin with such a
	 * switch. Lines of {@code rows} are added for the copied instructions.
	 */
	static @Nullable MethodNode separate(MethodNode method, String owner, String helper,
			Map<AbstractInsnNode, Integer> rows) {
		return new ContinuationSplit(method, helper).separate(owner, rows);
	}

	private @Nullable MethodNode separate(String owner, Map<AbstractInsnNode, Integer> rows) {
		int size = CodeSize.of(this.method);
		if (size < SMALLEST || size > LARGEST || (size >= CodeSize.LARGE && Code.isDeeplyRecursive(this.method))) {
			return null;
		}
		AbstractInsnNode choice = findSwitch();
		LabelNode start = Code.target(choice, 0);
		if (choice == null || start == null) {
			return null;
		}
		MethodNode copy = copy(rows);
		InsnList code = this.method.instructions;
		InsnList dispatch = new InsnList();
		dispatch.add(new JumpInsnNode(Opcodes.IFEQ, start));
		int variable = 0;
		for (Type type : Type.getArgumentTypes(this.method.desc)) {
			dispatch.add(new VarInsnNode(type.getOpcode(Opcodes.ILOAD), variable));
			variable += type.getSize();
		}
		dispatch.add(new MethodInsnNode(Opcodes.INVOKESTATIC, owner, copy.name, copy.desc));
		dispatch.add(new InsnNode(Type.getReturnType(this.method.desc).getOpcode(Opcodes.IRETURN)));
		code.insert(choice, dispatch);
		code.remove(choice);
		this.method.maxStack += variable;
		return copy;
	}

	/**
	 * Returns the switch at the beginning of the function, if nothing jumps back to it
	 * and everything before it can be done twice.
	 */
	private @Nullable AbstractInsnNode findSwitch() {
		if (!hasFormOfGo() || !this.method.tryCatchBlocks.isEmpty()) {
			return null;
		}
		Set<AbstractInsnNode> before = new HashSet<>();
		AbstractInsnNode instruction = this.method.instructions.getFirst();
		while (instruction != null && !(instruction instanceof TableSwitchInsnNode)
				&& !(instruction instanceof LookupSwitchInsnNode)) {
			if (!isRepeatable(instruction)) {
				return null;
			}
			before.add(instruction);
			instruction = instruction.getNext();
		}
		if (instruction == null || !Code.isVariable(instruction.getPrevious(), Opcodes.ILOAD, BLOCK)) {
			return null;
		}
		for (AbstractInsnNode jump : this.method.instructions) {
			if (Code.targets(jump).stream().anyMatch(before::contains)) {
				return null;
			}
		}
		return instruction;
	}

	/**
	 * Returns whether the function has one number as parameter and one as result. What
	 * precedes the switch then changes only variables that it sets again when it is
	 * repeated.
	 */
	private boolean hasFormOfGo() {
		Type[] parameters = Type.getArgumentTypes(this.method.desc);
		return parameters.length == PARAMETERS && parameters[BLOCK].equals(Type.INT_TYPE)
				&& Type.getReturnType(this.method.desc).equals(Type.INT_TYPE);
	}

	/** Returns whether an instruction has no effect besides that on variables. */
	private boolean isRepeatable(AbstractInsnNode instruction) {
		if (instruction instanceof MethodInsnNode call) {
			return Code.isCheck(call, this.helper) || Code.isCall(call, this.helper, "readGlobal");
		}
		if (instruction instanceof VarInsnNode access && access.getOpcode() >= Opcodes.ISTORE) {
			return access.var != BLOCK;
		}
		int opcode = instruction.getOpcode();
		return opcode <= Opcodes.ALOAD || opcode == Opcodes.L2I;
	}

	private MethodNode copy(Map<AbstractInsnNode, Integer> rows) {
		MethodNode copy = new MethodNode(Opcodes.ASM9, this.method.access, PREFIX + this.method.name, this.method.desc,
				null, null);
		this.method.accept(copy);
		AbstractInsnNode[] from = this.method.instructions.toArray();
		AbstractInsnNode[] to = copy.instructions.toArray();
		Map<AbstractInsnNode, Integer> copied = new HashMap<>();
		for (int i = 0; i < from.length; i++) {
			Integer row = rows.get(from[i]);
			if (row != null) {
				copied.put(to[i], row);
			}
		}
		rows.putAll(copied);
		return copy;
	}

}
