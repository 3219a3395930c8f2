package io.gatewaywasm.host.imports;

import io.gatewaywasm.host.abi.GuestMemory;
import org.jspecify.annotations.Nullable;

/**
 * The names of headers that a guest asks for. They are few, and mostly constants of its
 * code, found at the same address each time: those are made strings and checked once. A
 * guest that makes up its names costs nothing more than without this.
 */
final class HeaderNames {

	private static final int SLOTS = 64;

	private static final int MAX_LENGTH = 100;

	/** Names in the form that HTTP allows, by the address they were last found at. */
	private final @Nullable String[] names = new String[SLOTS];

	/**
	 * Read a name in order to look it up: lower-cased, not checked.
	 */
	String lookup(GuestMemory memory, long pointer, long length) {
		String known = known(memory, pointer, length);
		return (known != null) ? known : keep(pointer, HeaderFields.lookupName(memory, pointer, length));
	}

	/**
	 * Read a name in order to set it: lower-cased and checked.
	 */
	String name(GuestMemory memory, long pointer, long length) {
		String known = known(memory, pointer, length);
		return (known != null) ? known : keep(pointer, HeaderFields.name(memory, pointer, length));
	}

	private @Nullable String known(GuestMemory memory, long pointer, long length) {
		String name = this.names[slot(pointer)];
		return (name != null && memory.isLatin1((int) pointer, (int) length, name)) ? name : null;
	}

	private String keep(long pointer, String name) {
		if (name.length() <= MAX_LENGTH && HeaderFields.isName(name)) {
			this.names[slot(pointer)] = name;
		}
		return name;
	}

	private static int slot(long pointer) {
		return (int) (pointer ^ (pointer >>> 6)) & (SLOTS - 1);
	}

}
