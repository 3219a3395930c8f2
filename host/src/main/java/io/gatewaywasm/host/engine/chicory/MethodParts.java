package io.gatewaywasm.host.engine.chicory;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

import io.gatewaywasm.host.engine.heap.JavaHeap;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.MethodNode;
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
	 * The maximum number of references that the analysis of the operand stacks stores.
	 * Measured: up to 734,000 for a function of Go.
	 */
	private static final long MAXIMUM_STATE = 2 << 20;

	private final MethodNode method;

	private final String owner;

	private final CompileSteps steps;

	private MethodParts(MethodNode method, String owner, CompileSteps steps) {
		this.method = method;
		this.owner = owner;
		this.steps = steps;
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
		try (JavaHeap.Reservation reservation = heap.reserveIfFree(state * Long.BYTES, method.instructions.size())) {
			return (reservation != null) ? new MethodParts(method, owner, new CompileSteps(deadline)).split()
					: List.of();
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

	private List<MethodNode> split() throws AnalyzerException {
		AbstractInsnNode[] code = this.method.instructions.toArray();
		int[] sizes = new int[code.length];
		int[] inlined = new int[code.length];
		for (int i = 0; i < code.length; i++) {
			sizes[i] = CodeSize.of(code[i]);
			inlined[i] = sizes[i] + CodeSize.inlined(code[i]);
		}
		int size = Arrays.stream(sizes).sum();
		int withInlined = Arrays.stream(inlined).sum();
		boolean large = size >= CodeSize.LARGE;
		OperandStacks stacks = new OperandStacks(this.method, this.owner, this.steps);
		LocalVariables variables = new LocalVariables(this.method, this.steps);
		List<MethodPart> parts = new PartSearch(code, sizes, inlined, large, Code.isDeeplyRecursive(this.method),
				stacks, variables, this.steps)
			.find();
		parts.sort(Comparator.comparingInt(MethodPart::inlined).reversed());
		List<MethodNode> made = new ArrayList<>();
		for (MethodPart part : parts) {
			boolean shortens = large && size > ENOUGH && part.saved() > 0;
			if (!shortens && (withInlined <= ENOUGH_INLINED || part.inlined() < PartSearch.SMALLEST_INLINED)) {
				continue;
			}
			size -= part.saved();
			withInlined -= part.inlined();
			made.add(part.move(this.method, this.owner, code, variables, made.size()));
		}
		if (!made.isEmpty()) {
			this.method.maxStack = Math.max(this.method.maxStack, 2 * PartSearch.MAXIMUM_PARAMETERS + 2);
		}
		return made;
	}

}
