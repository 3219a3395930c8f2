package io.gatewaywasm.test.trace;

import io.gatewaywasm.host.abi.GuestMemory;
import io.gatewaywasm.host.abi.GuestMemoryException;

/**
 * A parameter of a function, which consists of one or two arguments. {@code name} is the
 * displayed name, possibly empty. {@code out} says whether the host writes its value.
 */
record CallParameter(String name, CallForm form, boolean out) {

	/**
	 * Parses the short form {@code [>][name:]form} of a parameter, in which {@code >}
	 * marks a value that the host writes.
	 */
	static CallParameter parse(String text) {
		boolean out = text.startsWith(">");
		String rest = out ? text.substring(1) : text;
		int colon = rest.indexOf(':');
		return new CallParameter(rest.substring(0, Math.max(colon, 0)), CallForm.of(rest.substring(colon + 1)), out);
	}

	int width() {
		return this.form.isPair() ? 2 : 1;
	}

	String read(GuestMemory memory, long[] arguments, int first) {
		String value;
		try {
			value = this.out ? written(memory, arguments, first) : given(memory, arguments, first);
		}
		catch (GuestMemoryException ex) {
			value = "<outside the memory>";
		}
		return this.name.isEmpty() ? value : this.name + "=" + value;
	}

	private String given(GuestMemory memory, long[] arguments, int first) {
		if (!this.form.isPair()) {
			return this.form.number(arguments[first]);
		}
		return this.form.bytes(this.form.read(memory, (int) arguments[first], (int) arguments[first + 1]));
	}

	private String written(GuestMemory memory, long[] arguments, int first) {
		int pointer = (int) arguments[first];
		if (this.form.isPair()) {
			int length = memory.readInt((int) arguments[first + 1]);
			return this.form.bytes(memory.read(memory.readInt(pointer), length));
		}
		long low = Integer.toUnsignedLong(memory.readInt(pointer));
		boolean wide = this.form == CallForm.LONG;
		return this.form.number(wide ? low | (long) memory.readInt(pointer + Integer.BYTES) << 32 : low);
	}

}
