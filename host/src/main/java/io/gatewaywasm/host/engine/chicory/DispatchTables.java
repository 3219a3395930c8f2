package io.gatewaywasm.host.engine.chicory;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.FrameNode;
import org.objectweb.asm.tree.InsnList;
import org.objectweb.asm.tree.InsnNode;
import org.objectweb.asm.tree.LabelNode;
import org.objectweb.asm.tree.LookupSwitchInsnNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.TableSwitchInsnNode;
import org.objectweb.asm.tree.VarInsnNode;

/**
 * Splits the switch statements by which generated classes call a function by its index.
 * All indirect calls and calls of exports go through these switches. With a thousand
 * functions in one switch, HotSpot never compiles the method.
 */
final class DispatchTables {

	/** A switch with at most this many functions is not split. */
	private static final int ENOUGH = 128;

	/** The number of indices in one table, as a power of 2. */
	private static final int SHIFT = 7;

	private final MethodNode method;

	private final String owner;

	private final AbstractInsnNode choice;

	private final SortedMap<Integer, MethodInsnNode> functions = new TreeMap<>();

	private final SortedMap<Integer, LabelNode> others = new TreeMap<>();

	/** The stack below the index, and the variables. */
	private @Nullable FrameNode frame;

	private DispatchTables(MethodNode method, String owner, AbstractInsnNode choice) {
		this.method = method;
		this.owner = owner;
		this.choice = choice;
	}

	/**
	 * Splits the method if it contains a large switch, and returns the additional methods
	 * for its class.
	 */
	static List<MethodNode> split(MethodNode method, String owner) {
		for (AbstractInsnNode instruction : method.instructions.toArray()) {
			if (instruction instanceof TableSwitchInsnNode || instruction instanceof LookupSwitchInsnNode) {
				return new DispatchTables(method, owner, instruction).split();
			}
		}
		return List.of();
	}

	private List<MethodNode> split() {
		Switches.cases(this.choice).forEach(this::add);
		MethodInsnNode failure = failure();
		FrameNode state = this.frame;
		if (this.functions.size() <= ENOUGH || state == null || failure == null
				|| this.functions.values().stream().map((call) -> call.desc).distinct().count() > 1) {
			return List.of();
		}
		if (!this.others.isEmpty() && !Code.is(this.choice.getPrevious(), Opcodes.ILOAD)) {
			return List.of();
		}
		String type = this.functions.values().iterator().next().desc;
		List<MethodNode> tables = new ArrayList<>();
		InsnList choose = new InsnList();
		InsnList calls = new InsnList();
		SortedMap<Integer, LabelNode> byTable = new TreeMap<>();
		for (int table = this.functions.firstKey() >> SHIFT; table <= this.functions.lastKey() >> SHIFT; table++) {
			SortedMap<Integer, MethodInsnNode> part = this.functions.subMap(table << SHIFT, (table + 1) << SHIFT);
			if (!part.isEmpty()) {
				MethodNode made = table(table, type, part, failure);
				tables.add(made);
				LabelNode label = new LabelNode();
				byTable.put(table, label);
				calls.add(label);
				calls.add(frame(state, true));
				calls.add(new MethodInsnNode(Opcodes.INVOKESTATIC, this.owner, made.name, made.desc));
				calls.add(new InsnNode(Type.getReturnType(type).getOpcode(Opcodes.IRETURN)));
			}
		}
		LabelNode otherwise = new LabelNode();
		choose.add(new InsnNode(Opcodes.DUP));
		choose.add(Code.push(SHIFT));
		choose.add(new InsnNode(Opcodes.ISHR));
		choose.add(Switches.of(byTable, otherwise));
		choose.add(calls);
		choose.add(otherwise);
		choose.add(frame(state, true));
		choose.add(fail(failure));
		replace(choose, state);
		this.method.maxStack += 3;
		return tables;
	}

	private void add(int number, LabelNode label) {
		AbstractInsnNode first = Code.next(label);
		AbstractInsnNode second = (first != null) ? first.getNext() : null;
		if (first instanceof MethodInsnNode call && call.getOpcode() == Opcodes.INVOKESTATIC && second != null
				&& Code.isEnd(second) && label.getNext() instanceof FrameNode state && isCallOf(state, call)) {
			this.functions.put(number, call);
			this.frame = state;
		}
		else {
			this.others.put(number, label);
		}
	}

	/** Returns whether the stack contains exactly the arguments of the call. */
	private static boolean isCallOf(FrameNode state, MethodInsnNode call) {
		return state.stack != null && state.stack.equals(types(Type.getArgumentTypes(call.desc)));
	}

	/** Returns the call that creates the exception for an index without a function. */
	private @Nullable MethodInsnNode failure() {
		AbstractInsnNode made = Code.next(Switches.otherwise(this.choice));
		boolean number = made instanceof VarInsnNode load && load.getOpcode() == Opcodes.ILOAD
				&& Code.isVariable(this.choice.getPrevious(), Opcodes.ILOAD, load.var);
		if (number && made != null) {
			made = made.getNext();
		}
		boolean fits = made instanceof MethodInsnNode call && call.getOpcode() == Opcodes.INVOKESTATIC
				&& call.desc.startsWith(number ? "(I)" : "()") && Code.is(made.getNext(), Opcodes.ATHROW);
		return fits ? (MethodInsnNode) made : null;
	}

	/** Throws the exception for the index that is on the stack. */
	private static InsnList fail(MethodInsnNode failure) {
		InsnList fail = new InsnList();
		fail.add(new MethodInsnNode(Opcodes.INVOKESTATIC, failure.owner, failure.name, failure.desc));
		fail.add(new InsnNode(Opcodes.ATHROW));
		return fail;
	}

	/** The other cases come first, because the index is still available there. */
	private void replace(InsnList choose, FrameNode state) {
		InsnList code = this.method.instructions;
		if (!this.others.isEmpty()) {
			LabelNode functions = new LabelNode();
			InsnList start = new InsnList();
			start.add(Switches.of(this.others, functions));
			start.add(functions);
			start.add(frame(state, false));
			start.add(new VarInsnNode(Opcodes.ILOAD, ((VarInsnNode) this.choice.getPrevious()).var));
			code.insertBefore(this.choice, start);
		}
		code.insertBefore(this.choice, choose);
		code.remove(this.choice);
		DeadCodeRemoval.remove(this.method);
	}

	private MethodNode table(int index, String type, SortedMap<Integer, MethodInsnNode> part, MethodInsnNode failure) {
		Type[] parameters = Type.getArgumentTypes(type);
		Type result = Type.getReturnType(type);
		String descriptor = type.replace(")", "I)");
		MethodNode table = new MethodNode(Opcodes.ASM9, Opcodes.ACC_STATIC, this.method.name + "$" + index, descriptor,
				null, null);
		int variable = 0;
		for (Type parameter : parameters) {
			table.instructions.add(new VarInsnNode(parameter.getOpcode(Opcodes.ILOAD), variable));
			variable += parameter.getSize();
		}
		List<Object> stack = types(parameters);
		List<Object> locals = new ArrayList<>(stack);
		locals.add(Opcodes.INTEGER);
		FrameNode state = new FrameNode(Opcodes.F_NEW, locals.size(), locals.toArray(), stack.size(), stack.toArray());
		table.instructions.add(new VarInsnNode(Opcodes.ILOAD, variable));
		LabelNode otherwise = new LabelNode();
		SortedMap<Integer, LabelNode> labels = new TreeMap<>();
		InsnList calls = new InsnList();
		for (Map.Entry<Integer, MethodInsnNode> entry : part.entrySet()) {
			LabelNode label = new LabelNode();
			labels.put(entry.getKey(), label);
			calls.add(label);
			calls.add(frame(state, false));
			calls.add(entry.getValue().clone(Map.of()));
			calls.add(new InsnNode(result.getOpcode(Opcodes.IRETURN)));
		}
		table.instructions.add(Switches.of(labels, otherwise));
		table.instructions.add(calls);
		table.instructions.add(otherwise);
		table.instructions.add(frame(state, false));
		table.instructions.add(new VarInsnNode(Opcodes.ILOAD, variable));
		table.instructions.add(fail(failure));
		table.maxLocals = variable + 1;
		table.maxStack = variable + 3;
		return table;
	}

	private static FrameNode frame(FrameNode like, boolean number) {
		List<Object> locals = new ArrayList<>(like.local);
		List<Object> stack = new ArrayList<>(like.stack);
		if (number) {
			stack.add(Opcodes.INTEGER);
		}
		return new FrameNode(Opcodes.F_NEW, locals.size(), locals.toArray(), stack.size(), stack.toArray());
	}

	private static List<Object> types(Type[] types) {
		List<Object> frame = new ArrayList<>();
		for (Type type : types) {
			frame.add(switch (type.getSort()) {
				case Type.INT, Type.BOOLEAN, Type.BYTE, Type.CHAR, Type.SHORT -> Opcodes.INTEGER;
				case Type.LONG -> Opcodes.LONG;
				case Type.FLOAT -> Opcodes.FLOAT;
				case Type.DOUBLE -> Opcodes.DOUBLE;
				case Type.ARRAY -> type.getDescriptor();
				default -> type.getInternalName();
			});
		}
		return frame;
	}

}
