package io.gatewaywasm.host.engine.binary;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.util.Collections;
import java.util.List;
import java.util.Set;

import com.dylibso.chicory.runtime.Memory;
import com.dylibso.chicory.wasm.Parser;
import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.CodeSection;
import com.dylibso.chicory.wasm.types.DataCountSection;
import com.dylibso.chicory.wasm.types.DataSection;
import com.dylibso.chicory.wasm.types.ElementSection;
import com.dylibso.chicory.wasm.types.ExportSection;
import com.dylibso.chicory.wasm.types.FunctionBody;
import com.dylibso.chicory.wasm.types.FunctionSection;
import com.dylibso.chicory.wasm.types.GlobalSection;
import com.dylibso.chicory.wasm.types.ImportSection;
import com.dylibso.chicory.wasm.types.MemorySection;
import com.dylibso.chicory.wasm.types.OpCode;
import com.dylibso.chicory.wasm.types.Section;
import com.dylibso.chicory.wasm.types.StartSection;
import com.dylibso.chicory.wasm.types.TableSection;
import com.dylibso.chicory.wasm.types.TagSection;
import com.dylibso.chicory.wasm.types.TypeSection;
import org.jspecify.annotations.Nullable;

/**
 * Removes from a module the parts that are not needed after compilation: custom sections,
 * and function bodies, which take 24 times their size when parsed. The bodies of
 * interpreted functions stay.
 */
public final class RuntimeModule {

	private static final int HEADER = 8;

	/** No locals, {@code unreachable}, {@code end}. */
	private static final byte[] STUB = { 0, 0x00, 0x0b };

	private static final Set<Integer> DROPPED = Set.of(WasmBinary.CODE, WasmBinary.CUSTOM);

	/** Instructions that refer to a data segment by its index. */
	private static final Set<OpCode> SEGMENT_USES = Set.of(OpCode.MEMORY_INIT, OpCode.DATA_DROP, OpCode.ARRAY_NEW_DATA,
			OpCode.ARRAY_INIT_DATA);

	private RuntimeModule() {
	}

	/**
	 * Returns the binary of a valid module without custom sections, with fewer data
	 * segments, and with only the bodies of interpreted functions. If there are none, it
	 * has no code section.
	 */
	public static byte[] strip(WasmBinary binary, ModuleShape shape, Set<OpCode> used, Set<Integer> interpreted) {
		long memory = (long) shape.memory().initialPages() * Memory.PAGE_SIZE;
		byte[] data = Collections.disjoint(used, SEGMENT_USES) ? mergeData(binary, memory) : null;
		ByteArrayOutputStream stripped = new ByteArrayOutputStream();
		stripped.write(binary.bytes(), 0, HEADER);
		for (WasmBinary.Section section : binary.sections()) {
			if (section.id() == WasmBinary.CODE && !interpreted.isEmpty()) {
				ByteCursor code = new ByteCursor(binary.bytes(), section.start(), section.end());
				write(stripped, WasmBinary.CODE, stripBodies(code, shape.imports().size(), interpreted));
			}
			else if (section.id() == WasmBinary.DATA && data != null) {
				write(stripped, WasmBinary.DATA, data);
			}
			else if (!DROPPED.contains(section.id()) && (section.id() != WasmBinary.DATA_COUNT || data == null)) {
				stripped.write(binary.bytes(), section.header(), section.end() - section.header());
			}
		}
		return stripped.toByteArray();
	}

	private static void write(ByteArrayOutputStream output, int id, byte[] content) {
		output.write(id);
		Leb128.writeUnsigned(output, content.length);
		output.writeBytes(content);
	}

	private static byte[] stripBodies(ByteCursor code, int firstFunction, Set<Integer> interpreted) {
		ByteArrayOutputStream bodies = new ByteArrayOutputStream();
		int count = (int) code.readUnsigned();
		Leb128.writeUnsigned(bodies, count);
		for (int i = 0; i < count; i++) {
			ByteCursor body = code.slice(code.readUnsigned());
			byte[] kept = interpreted.contains(firstFunction + i) ? body.toByteArray() : STUB;
			Leb128.writeUnsigned(bodies, kept.length);
			bodies.writeBytes(kept);
		}
		return bodies.toByteArray();
	}

	private static byte @Nullable [] mergeData(WasmBinary binary, long memory) {
		for (WasmBinary.Section section : binary.sections()) {
			if (section.id() == WasmBinary.DATA) {
				return DataSegmentMerger.merge(new ByteCursor(binary.bytes(), section.start(), section.end()), memory);
			}
		}
		return null;
	}

	/**
	 * Parses a module without any bodies, without validating it again. All its functions
	 * share one empty body.
	 */
	public static WasmModule parse(byte[] stripped) {
		WasmModule.Builder module = WasmModule.builder().withValidation(false);
		Parser parser = Parser.builder().withValidation(false).build();
		parser.parse(new ByteArrayInputStream(stripped), (section) -> {
			if (section instanceof FunctionSection functions) {
				module.setCodeSection(bodies(functions.functionCount()));
			}
			add(module, section);
		});
		return module.build();
	}

	/** Adds a section other than code and custom sections. */
	static void add(WasmModule.Builder module, Section section) {
		if (section instanceof TypeSection types) {
			module.setTypeSection(types);
		}
		else if (section instanceof ImportSection imports) {
			module.setImportSection(imports);
		}
		else if (section instanceof FunctionSection functions) {
			module.setFunctionSection(functions);
		}
		else if (section instanceof TableSection tables) {
			module.setTableSection(tables);
		}
		else if (section instanceof MemorySection memories) {
			module.setMemorySection(memories);
		}
		else if (section instanceof GlobalSection globals) {
			module.setGlobalSection(globals);
		}
		else if (section instanceof ExportSection exports) {
			module.setExportSection(exports);
		}
		else if (section instanceof StartSection start) {
			module.setStartSection(start);
		}
		else if (section instanceof ElementSection elements) {
			module.setElementSection(elements);
		}
		else if (section instanceof DataSection data) {
			module.setDataSection(data);
		}
		else if (section instanceof DataCountSection count) {
			module.setDataCountSection(count);
		}
		else if (section instanceof TagSection tags) {
			module.setTagSection(tags);
		}
	}

	private static CodeSection bodies(int count) {
		FunctionBody body = new FunctionBody(List.of(), List.of());
		CodeSection.Builder bodies = CodeSection.builder();
		for (int i = 0; i < count; i++) {
			bodies.addFunctionBody(body);
		}
		return bodies.build();
	}

}
