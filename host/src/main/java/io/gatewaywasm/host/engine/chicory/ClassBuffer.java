package io.gatewaywasm.host.engine.chicory;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

import com.dylibso.chicory.compiler.internal.ByteClassCollector;
import com.dylibso.chicory.compiler.internal.ClassCollector;
import io.gatewaywasm.host.engine.cache.CompiledClasses;

/**
 * Collects the classes that the compiler generates. When the deadline passes, it ends the
 * compilation from here, because the compiler cannot be interrupted in any other way.
 */
final class ClassBuffer implements ClassCollector {

	private final ByteClassCollector classes = new ByteClassCollector();

	private final CompileDeadline deadline;

	ClassBuffer(CompileDeadline deadline) {
		this.deadline = deadline;
	}

	CompiledClasses toClasses() {
		Map<String, byte[]> binaryNames = new LinkedHashMap<>();
		// Sorted, so that the output for a module is reproducible
		new TreeMap<>(this.classes.classBytes())
			.forEach((name, bytes) -> binaryNames.put(name.replace('/', '.'), bytes));
		return new CompiledClasses(this.classes.mainClassName().replace('/', '.'), binaryNames);
	}

	@Override
	public String mainClassName() {
		return this.classes.mainClassName();
	}

	@Override
	public void putMainClass(String className, byte[] bytes) {
		this.deadline.check();
		this.classes.putMainClass(className, bytes);
	}

	@Override
	public void put(String className, byte[] bytes) {
		this.deadline.check();
		this.classes.put(className, bytes);
	}

	@Override
	public void putAll(ClassCollector collector) {
		this.classes.putAll(collector);
	}

	@Override
	public Map<String, byte[]> classBytes() {
		return this.classes.classBytes();
	}

	@Override
	public byte[] resolve(Class<?> type) {
		return this.classes.resolve(type);
	}

}
