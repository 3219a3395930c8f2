package io.gatewaywasm.host.engine.chicory;

import java.util.Map;

import com.dylibso.chicory.runtime.GlobalInstance;
import com.dylibso.chicory.runtime.OpcodeImpl;
import io.gatewaywasm.host.engine.instructions.DirectAccess;
import io.gatewaywasm.host.engine.instructions.DirectMemory;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.FieldInsnNode;
import org.objectweb.asm.tree.InsnList;
import org.objectweb.asm.tree.InsnNode;
import org.objectweb.asm.tree.JumpInsnNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.VarInsnNode;

/**
 * Replaces bytecode of single WebAssembly instructions by shorter bytecode. HotSpot's C2
 * does not compile methods above 8,000 bytes, and stops inlining when a method and its
 * inlined code reach that size. The size therefore includes the code that C2 inlines for
 * an instruction.
 */
final class ShorterCode {

	private static final String ENGINE = Type.getInternalName(OpcodeImpl.class);

	private static final String GLOBAL = Type.getInternalName(GlobalInstance.class);

	private static final String ACCESS = Type.getInternalName(DirectAccess.class);

	private static final String MEMORY = Type.getInternalName(DirectMemory.class);

	/**
	 * Prefix of the compiler's methods that read the memory. The memory is their last
	 * parameter.
	 */
	private static final String READ = "memoryRead";

	private static final String WRITE = "memoryWrite";

	private static final Map<String, String> NUMBERS = Map.of("Byte", "B", "Short", "S", "Int", "I", "Long", "J");

	/** The additional stack entries that the new code needs. */
	private static final int STACK = 4;

	/** A larger method could exceed the JVM's limit. */
	private static final int LARGEST = 40_000;

	private final InsnList code;

	private final String helper;

	/** The variable that holds the instance. */
	private final int instance;

	private ShorterCode(MethodNode method, String helper) {
		this.code = method.instructions;
		this.helper = helper;
		this.instance = Code.instance(method);
	}

	/**
	 * Shortens the method of a function. {@code helper} is the internal name of the
	 * compiler's helper class, {@code direct} says whether the memory is passed as a
	 * {@link DirectMemory}, and {@code longer} whether a method close to the JVM's size
	 * limit may become larger.
	 */
	static void shorten(MethodNode method, String helper, boolean direct, boolean longer) {
		ShorterCode shorter = new ShorterCode(method, helper);
		if (CodeSize.of(method) > LARGEST) {
			// Some of the replacements are longer
			if (longer) {
				// Keeps the alignment of instructions that are padded to four bytes
				shorter.code.insert(new InsnNode(Opcodes.NOP));
				shorter.code.insert(InterruptChecks.check());
			}
			return;
		}
		for (AbstractInsnNode instruction : method.instructions.toArray()) {
			if (instruction instanceof MethodInsnNode call && call.getOpcode() == Opcodes.INVOKESTATIC) {
				shorter.shorten(call, direct);
			}
			else if (instruction.getOpcode() == Opcodes.IFEQ || instruction.getOpcode() == Opcodes.IFNE) {
				ShorterComparisons.shorten(method.instructions, (JumpInsnNode) instruction);
			}
			else if (instruction.getOpcode() == Opcodes.L2I) {
				ShorterConversions.wrap(method.instructions, instruction);
			}
		}
		new InterruptChecks(method, helper).replace();
		DeadCodeRemoval.remove(method);
		method.maxStack += STACK;
	}

	private void shorten(MethodInsnNode call, boolean direct) {
		if (call.owner.equals(ENGINE)) {
			ShorterConversions.convert(this.code, call);
		}
		else if (call.owner.equals(this.helper) && direct) {
			if (call.name.startsWith(READ)) {
				access(call, call.name.substring(READ.length()), "read");
			}
			else if (call.name.startsWith(WRITE)) {
				access(call, call.name.substring(WRITE.length()), "write");
			}
			else if (call.name.equals("readGlobal") || call.name.equals("writeGlobal")) {
				global(call);
			}
		}
	}

	/**
	 * Replaces a memory access. The last arguments are the offset, which is a constant,
	 * and the memory.
	 */
	private void access(MethodInsnNode call, String number, String verb) {
		String type = NUMBERS.get(number);
		AbstractInsnNode memory = call.getPrevious();
		if (type == null || !Code.isVariable(memory, Opcodes.ALOAD, this.instance - 1)) {
			return;
		}
		boolean read = verb.equals("read");
		Integer offset = Code.intConstant(memory.getPrevious());
		boolean plain = offset != null && offset == 0;
		if (plain) {
			this.code.remove(memory.getPrevious());
		}
		String parameters = "I" + (read ? "" : type) + (plain ? "" : "I") + "L" + MEMORY + ";";
		call.owner = ACCESS;
		call.name = verb + number;
		call.desc = "(" + parameters + ")" + (read ? type : "V");
		if (call.desc.startsWith("(IJL")) {
			push(call);
		}
	}

	private void global(MethodInsnNode call) {
		AbstractInsnNode last = call.getPrevious();
		Integer index = (last != null) ? Code.intConstant(last.getPrevious()) : null;
		if (index == null || index >= DirectMemory.GLOBALS || !Code.isVariable(last, Opcodes.ALOAD, this.instance)) {
			return;
		}
		this.code.remove(last.getPrevious());
		((VarInsnNode) last).var = this.instance - 1;
		boolean write = call.name.equals("writeGlobal");
		if (write && index == 0 && Code.is(last.getPrevious(), Opcodes.I2L)) {
			this.code.remove(last.getPrevious());
			this.code.set(call, new MethodInsnNode(Opcodes.INVOKESTATIC, ACCESS, "setGlobal0", "(IL" + MEMORY + ";)V"));
			return;
		}
		if (!write && index == 0 && Code.is(call.getNext(), Opcodes.L2I)) {
			this.code.remove(call.getNext());
			this.code.set(call, new MethodInsnNode(Opcodes.INVOKESTATIC, ACCESS, "global0", "(L" + MEMORY + ";)I"));
			return;
		}
		this.code.insert(last, new FieldInsnNode(Opcodes.GETFIELD, MEMORY, "global" + index, "L" + GLOBAL + ";"));
		this.code.set(call,
				write ? new MethodInsnNode(Opcodes.INVOKESTATIC, ACCESS, "setGlobal", "(JL" + GLOBAL + ";)V")
						: new MethodInsnNode(Opcodes.INVOKEVIRTUAL, GLOBAL, "getValue", "()J"));
	}

	/** Replaces the nine instructions before each call in Go by one. */
	private void push(MethodInsnNode write) {
		AbstractInsnNode memory = write.getPrevious();
		AbstractInsnNode value = memory.getPrevious();
		AbstractInsnNode address = (value != null) ? value.getPrevious() : null;
		if (Code.longConstant(value) == null || !(address instanceof VarInsnNode pointer)
				|| pointer.getOpcode() != Opcodes.ILOAD) {
			return;
		}
		AbstractInsnNode set = pointer.getPrevious();
		AbstractInsnNode first = first(set, pointer.var);
		if (first == null) {
			return;
		}
		while (first.getNext() != pointer) {
			this.code.remove(first.getNext());
		}
		this.code.remove(first);
		write.name = "push";
		write.desc = "(IJL" + MEMORY + ";)I";
		this.code.insert(write, new VarInsnNode(Opcodes.ISTORE, pointer.var));
	}

	/** Returns the first of the instructions that decrement the stack pointer by 8. */
	private @Nullable AbstractInsnNode first(@Nullable AbstractInsnNode set, int pointer) {
		if (set == null || !Code.isCall(set, ACCESS, "setGlobal0")) {
			return null;
		}
		AbstractInsnNode memory = set.getPrevious();
		AbstractInsnNode store = memory.getPrevious();
		if (!Code.isVariable(store, Opcodes.ISTORE, pointer) || !Code.is(store.getPrevious(), Opcodes.DUP)) {
			return null;
		}
		AbstractInsnNode subtraction = store.getPrevious().getPrevious();
		if (!Code.is(subtraction, Opcodes.ISUB)) {
			return null;
		}
		AbstractInsnNode size = subtraction.getPrevious();
		Integer bytes = Code.intConstant(size);
		boolean word = bytes != null && bytes == Long.BYTES;
		return (word && Code.isVariable(size.getPrevious(), Opcodes.ILOAD, pointer)) ? size.getPrevious() : null;
	}

}
