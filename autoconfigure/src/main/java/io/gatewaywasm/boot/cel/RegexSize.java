package io.gatewaywasm.boot.cel;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Estimates the number of instructions of a regular expression without compiling it. The
 * library for regular expressions limits one repetition to 1000, but nested repetitions
 * multiply: a few characters can need all of the heap.
 */
final class RegexSize {

	private static final long MAX = Integer.MAX_VALUE;

	private final String regex;

	private int position;

	/** The sizes of the enclosing groups up to this position. */
	private final Deque<Long> groups = new ArrayDeque<>();

	private long group;

	/** The size of the last element, which a repetition refers to. */
	private long element;

	private RegexSize(String regex) {
		this.regex = regex;
	}

	/**
	 * Returns the approximate number of instructions. Invalid expressions have one too.
	 */
	static long of(String regex) {
		RegexSize size = new RegexSize(regex);
		while (size.position < regex.length()) {
			size.next();
		}
		while (!size.groups.isEmpty()) {
			size.closeGroup();
		}
		return size.group + 1;
	}

	private void next() {
		char character = this.regex.charAt(this.position++);
		switch (character) {
			case '(' -> {
				this.groups.push(this.group);
				this.group = 0;
			}
			case ')' -> closeGroup();
			case '[' -> {
				skipClass();
				add(1);
			}
			case '\\' -> escape();
			case '{' -> repeat();
			default -> add(1);
		}
	}

	private void add(long size) {
		this.element = size;
		this.group = Math.min(MAX, this.group + size);
	}

	private void closeGroup() {
		long size = this.group + 2;
		this.group = this.groups.isEmpty() ? 0 : this.groups.pop();
		add(size);
	}

	private void escape() {
		if (!this.regex.startsWith("Q", this.position)) {
			// The braces of a code point do not repeat anything.
			int codePoint = this.regex.startsWith("x{", this.position) ? this.regex.indexOf('}', this.position) : -1;
			this.position = Math.max(codePoint, this.position) + 1;
			add(1);
			return;
		}
		int end = this.regex.indexOf("\\E", this.position);
		int length = ((end < 0) ? this.regex.length() : end) - this.position - 1;
		add(length);
		// A repetition refers to the last character only.
		this.element = 1;
		this.position = (end < 0) ? this.regex.length() : end + 2;
	}

	private void skipClass() {
		if (this.regex.startsWith("^", this.position)) {
			this.position++;
		}
		for (boolean first = true; this.position < this.regex.length(); first = false) {
			char character = this.regex.charAt(this.position++);
			if (character == ']' && !first) {
				return;
			}
			int named = (character == '[' && this.regex.startsWith(":", this.position))
					? this.regex.indexOf(":]", this.position + 1) : -1;
			if (named >= 0) {
				this.position = named + 2;
			}
			else if (character == '\\') {
				this.position++;
			}
		}
	}

	/** Handles <code>{n}</code>, <code>{n,}</code> and <code>{n,m}</code>. */
	private void repeat() {
		int end = this.regex.indexOf('}', this.position);
		long most = (end < 0) ? -1 : most(this.regex.substring(this.position, end));
		if (most < 0) {
			add(1);
			return;
		}
		this.position = end + 1;
		long repeated = Math.min(MAX, this.element * most);
		this.group = Math.min(MAX, this.group + repeated);
		this.element = Math.min(MAX, this.element + repeated);
	}

	/** Returns the number of repetitions, or -1 if the text is not a repetition. */
	private static long most(String text) {
		long most = 0;
		for (String number : text.split(",", 3)) {
			if (number.length() > 4 || !number.chars().allMatch((character) -> character >= '0' && character <= '9')) {
				return -1;
			}
			most = Math.max(most, number.isEmpty() ? 0 : Long.parseLong(number));
		}
		return text.isEmpty() ? -1 : most;
	}

}
