package io.gatewaywasm.host.imports;

import io.gatewaywasm.host.abi.GuestMemory;
import org.jspecify.annotations.Nullable;

/**
 * Caches the header names that a guest requests. They are few, and mostly constants at
 * fixed addresses in the guest's memory. Such names are decoded and checked only once.
 * Other names cost no more than without the cache.
 */
final class HeaderNames {

	private static final int SLOTS = 64;

	private static final int MAX_LENGTH = 100;

	/** Valid names by the address where they were last read. */
	private final @Nullable String[] names = new String[SLOTS];

	/**
	 * Reads a name in lowercase and without checks.
	 */
	String lookup(GuestMemory memory, long pointer, long length) {
		String known = known(memory, pointer, length);
		return (known != null) ? known : keep(pointer, HeaderFields.lookupName(memory, pointer, length));
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
