package io.gatewaywasm.host.engine.chicory;

import java.util.HashMap;
import java.util.Map;

import io.gatewaywasm.host.engine.binary.FunctionNames;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.InsnList;
import org.objectweb.asm.tree.InsnNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.VarInsnNode;

/**
 * A sequence of instructions that can become a separate method. {@code end} is the index
 * after its last instruction. {@code parameters} has the variables that it reads, with
 * the opcode of the load. {@code result} is the store to the variable that is read later,
 * if any. {@code left} is the type of the number that it leaves on the stack, or
 * {@code void}. {@code saved} is the number of bytes by which the method becomes smaller.
 * {@code inlined} is the same with the code that C2 inlines.
 */
record MethodPart(int start, int end, Map<Integer, Integer> parameters, @Nullable VarInsnNode result, Type left,
		int saved, int inlined) {

	/**
	 * Moves the part out of a method of the class {@code owner}, whose instructions were
	 * {@code code} before any part was moved. Returns the new method.
	 */
	MethodNode move(MethodNode method, String owner, AbstractInsnNode[] code, LocalVariables locals, int number) {
		InsnList moved = new InsnList();
		InsnList call = new InsnList();
		Map<Integer, Integer> variables = new HashMap<>();
		StringBuilder descriptor = new StringBuilder("(");
		int next = 0;
		for (Map.Entry<Integer, Integer> parameter : this.parameters.entrySet()) {
			Type type = type(parameter.getValue() - Opcodes.ILOAD, parameter.getKey(), locals);
			call.add(new VarInsnNode(parameter.getValue(), parameter.getKey()));
			descriptor.append(type.getDescriptor());
			variables.put(parameter.getKey(), next);
			next += type.getSize();
		}
		Type returned = (this.result != null) ? type(this.result.getOpcode() - Opcodes.ISTORE, this.result.var, locals)
				: this.left;
		descriptor.append(')').append(returned.getDescriptor());
		String name = FunctionNames.PART_PREFIX + number + "_of_" + method.name;
		call.add(new MethodInsnNode(Opcodes.INVOKESTATIC, owner, name, descriptor.toString()));
		if (this.result != null) {
			call.add(new VarInsnNode(this.result.getOpcode(), this.result.var));
		}
		method.instructions.insertBefore(code[this.start], call);
		for (int i = this.start; i < this.end; i++) {
			method.instructions.remove(code[i]);
			if (code[i] instanceof VarInsnNode access) {
				Integer variable = variables.get(access.var);
				if (variable == null) {
					variable = next;
					variables.put(access.var, variable);
					next += 2;
				}
				moved.add(new VarInsnNode(access.getOpcode(), variable));
			}
			else {
				moved.add(code[i]);
			}
		}
		if (this.result != null) {
			moved.add(new VarInsnNode(this.result.getOpcode() - Opcodes.ISTORE + Opcodes.ILOAD,
					variables.getOrDefault(this.result.var, 0)));
		}
		moved.add(new InsnNode(returned.getOpcode(Opcodes.IRETURN)));
		MethodNode made = new MethodNode(Opcodes.ASM9, Opcodes.ACC_STATIC, name, descriptor.toString(), null, null);
		made.instructions = moved;
		made.maxLocals = next;
		made.maxStack = Math.max(2, method.maxStack);
		return made;
	}

	/** Returns the type that a load or store instruction accesses. */
	private static Type type(int kind, int variable, LocalVariables locals) {
		return switch (kind) {
			case 0 -> Type.INT_TYPE;
			case 1 -> Type.LONG_TYPE;
			case 2 -> Type.FLOAT_TYPE;
			case 3 -> Type.DOUBLE_TYPE;
			default -> {
				Type type = locals.parameterType(variable);
				if (type == null) {
					throw new IllegalStateException("variable " + variable + " has no known type");
				}
				yield type;
			}
		};
	}

}
