package io.gatewaywasm.benchmarks;

import java.util.Arrays;
import java.util.function.BiConsumer;

import org.jspecify.annotations.Nullable;

/**
 * Headers in an array. Each host wraps them in its own interface, so that their cost is
 * the same for all. Can be reset without allocating.
 */
public final class ExchangeHeaders {

	private final String[] original;

	private String[] fields;

	private int length;

	ExchangeHeaders(String[] original) {
		this.original = original;
		this.fields = Arrays.copyOf(original, original.length + 16);
		this.length = original.length;
	}

	/** Reverts all changes. */
	public void reset() {
		System.arraycopy(this.original, 0, this.fields, 0, this.original.length);
		this.length = this.original.length;
	}

	public int size() {
		return this.length / 2;
	}

	public String name(int index) {
		return this.fields[2 * index];
	}

	public String value(int index) {
		return this.fields[2 * index + 1];
	}

	/** Returns the first value of a header, or {@code null}. */
	public @Nullable String get(String name) {
		int index = indexOf(name);
		return (index < 0) ? null : this.fields[index + 1];
	}

	public void forEach(BiConsumer<String, String> visitor) {
		for (int i = 0; i < this.length; i += 2) {
			visitor.accept(this.fields[i], this.fields[i + 1]);
		}
	}

	public void add(String name, String value) {
		if (this.length == this.fields.length) {
			this.fields = Arrays.copyOf(this.fields, 2 * this.length);
		}
		this.fields[this.length] = name;
		this.fields[this.length + 1] = value;
		this.length += 2;
	}

	public void set(String name, String value) {
		int index = indexOf(name);
		if (index < 0) {
			add(name, value);
		}
		else {
			this.fields[index + 1] = value;
		}
	}

	/** Removes the first header with this name. */
	public void remove(String name) {
		int index = indexOf(name);
		if (index >= 0) {
			System.arraycopy(this.fields, index + 2, this.fields, index, this.length - index - 2);
			this.length -= 2;
		}
	}

	private int indexOf(String name) {
		for (int i = 0; i < this.length; i += 2) {
			if (this.fields[i].equalsIgnoreCase(name)) {
				return i;
			}
		}
		return -1;
	}

}
