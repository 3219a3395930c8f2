package io.gatewaywasm.host.vm.hostcall;

import java.util.ArrayDeque;
import java.util.List;

import io.gatewaywasm.host.abi.LogLevel;
import io.gatewaywasm.host.abi.PrintableText;

/**
 * The last lines that a guest logged, to be quoted when it fails. Thread-safe, because
 * streams can fail while another thread is inside the VM.
 */
final class LastLines {

	/** Enough for a panic in Go with its stack. */
	private static final int LINES = 16;

	private static final int CHARACTERS = 400;

	private final ArrayDeque<String> lines = new ArrayDeque<>(LINES);

	synchronized void add(LogLevel level, String message) {
		String line = message.strip();
		if (line.isEmpty()) {
			return;
		}
		if (this.lines.size() == LINES) {
			this.lines.removeFirst();
		}
		this.lines.addLast(level + " " + PrintableText.of(line, CHARACTERS));
	}

	/** Returns the lines, oldest first. */
	synchronized List<String> get() {
		return List.copyOf(this.lines);
	}

}
