package io.gatewaywasm.host.engine.chicory;

import java.util.ArrayList;
import java.util.List;

import io.gatewaywasm.host.engine.binary.SourceLines;
import org.jspecify.annotations.Nullable;

/**
 * The source map (JSR 45) of a class, with the file and line that each line number of the
 * class stands for.
 */
final class SourceMap {

	private final String generatedName;

	private final List<String> files = new ArrayList<>();

	private final StringBuilder lines = new StringBuilder();

	/** Creates an empty map of a class. */
	SourceMap(String generatedName) {
		this.generatedName = generatedName;
	}

	/** Adds a line number of the class, unless its source line is not known. */
	void add(int number, SourceLines.Row source) {
		if (source.line() > 0) {
			this.lines.append(source.line())
				.append('#')
				.append(fileNumber(source.file()))
				.append(':')
				.append(number)
				.append('\n');
		}
	}

	private int fileNumber(String file) {
		int index = this.files.indexOf(file);
		if (index < 0) {
			this.files.add(file);
			return this.files.size();
		}
		return index + 1;
	}

	/** Returns the text of the map, or {@code null} if it has no lines. */
	@Nullable String text() {
		if (this.files.isEmpty()) {
			return null;
		}
		StringBuilder text = new StringBuilder("SMAP\n").append(this.generatedName)
			.append("\nWebAssembly\n*S WebAssembly\n*F\n");
		for (int file = 0; file < this.files.size(); file++) {
			String path = this.files.get(file);
			text.append("+ ")
				.append(file + 1)
				.append(' ')
				.append(path.substring(path.lastIndexOf('/') + 1))
				.append('\n')
				.append(path)
				.append('\n');
		}
		return text.append("*L\n").append(this.lines).append("*E\n").toString();
	}

}
