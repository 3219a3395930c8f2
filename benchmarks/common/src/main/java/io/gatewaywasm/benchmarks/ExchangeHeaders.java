package io.gatewaywasm.benchmarks;

import java.util.Arrays;
import java.util.function.BiConsumer;

import org.jspecify.annotations.Nullable;

/**
 * Headers in an array, which every side is given in its own dress, so that their cost is
 * the same for all. Can be put back into its first state without allocating.
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

	/** Undo all changes. */
	public void reset() {
		System.arraycopy(this.original, 0, this.fields, 0, this.original.length);
		this.length = this.original.length;
	}

	/**
	 * Return the number of headers.
	 * @return the number of pairs
	 */
	public int size() {
		return this.length / 2;
	}

	/**
	 * Return the name of a header.
	 * @param index which one
	 * @return its name
	 */
	public String name(int index) {
		return this.fields[2 * index];
	}

	/**
	 * Return the value of a header.
	 * @param index which one
	 * @return its value
	 */
	public String value(int index) {
		return this.fields[2 * index + 1];
	}

	/**
	 * Return the first value of a name.
	 * @param name the name
	 * @return the value or {@code null}
	 */
	public @Nullable String get(String name) {
		int index = indexOf(name);
		return (index < 0) ? null : this.fields[index + 1];
	}

	/**
	 * Visit all headers.
	 * @param visitor gets name and value
	 */
	public void forEach(BiConsumer<String, String> visitor) {
		for (int i = 0; i < this.length; i += 2) {
			visitor.accept(this.fields[i], this.fields[i + 1]);
		}
	}

	/**
	 * Append a header.
	 * @param name the name
	 * @param value the value
	 */
	public void add(String name, String value) {
		if (this.length == this.fields.length) {
			this.fields = Arrays.copyOf(this.fields, 2 * this.length);
		}
		this.fields[this.length] = name;
		this.fields[this.length + 1] = value;
		this.length += 2;
	}

	/**
	 * Set a header.
	 * @param name the name
	 * @param value the value
	 */
	public void set(String name, String value) {
		int index = indexOf(name);
		if (index < 0) {
			add(name, value);
		}
		else {
			this.fields[index + 1] = value;
		}
	}

	/**
	 * Remove the first header of a name.
	 * @param name the name
	 */
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
