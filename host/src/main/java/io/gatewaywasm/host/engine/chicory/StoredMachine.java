package io.gatewaywasm.host.engine.chicory;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.Machine;
import io.gatewaywasm.host.engine.cache.CompiledClasses;
import io.gatewaywasm.host.engine.instructions.DirectMemory;

/**
 * Creates machines from classes that were compiled earlier. Unlike the compiler's class
 * loader, this one lets the JVM load and verify a class when it is first used, or when
 * all classes are {@linkplain #load() loaded}.
 */
final class StoredMachine implements Function<Instance, Machine> {

	private final Constructor<? extends Machine> constructor;

	private final Set<String> names;

	/**
	 * Defines the classes. Throws a {@link LinkageError} if they do not fit this JVM or
	 * Chicory version.
	 */
	StoredMachine(CompiledClasses classes) {
		this(new Loader(classes.classes()), classes);
	}

	/**
	 * Uses the classes of a class loader, given their names. Throws a
	 * {@link LinkageError} if they do not fit this JVM or Chicory version.
	 */
	StoredMachine(ClassLoader loader, CompiledClasses classes) {
		this.names = Set.copyOf(classes.classes().keySet());
		exportInstructions(loader);
		try {
			this.constructor = loader.loadClass(classes.mainClass())
				.asSubclass(Machine.class)
				.getConstructor(Instance.class);
		}
		catch (ReflectiveOperationException | ClassCastException ex) {
			throw new LinkageError("no machine among the compiled classes", ex);
		}
	}

	/** Lets the classes call the host's instructions if the host is on a module path. */
	private static void exportInstructions(ClassLoader loader) {
		DirectMemory.class.getModule().addExports(DirectMemory.class.getPackageName(), loader.getUnnamedModule());
	}

	/**
	 * Loads, verifies and initializes all classes, so that no guest call has to wait for
	 * it.
	 */
	void load() {
		ClassLoader loader = this.constructor.getDeclaringClass().getClassLoader();
		for (String name : this.names) {
			try {
				Class.forName(name, true, loader);
			}
			catch (ClassNotFoundException ex) {
				throw new LinkageError("a compiled class is missing", ex);
			}
		}
	}

	/**
	 * Lets the JVM verify classes in a temporary class loader. Throws a
	 * {@link LinkageError} if a class is not valid.
	 */
	static void verify(CompiledClasses classes, CompileDeadline deadline) {
		Loader loader = new Loader(classes.classes());
		for (String name : classes.classes().keySet()) {
			deadline.check();
			try {
				Class.forName(name, true, loader);
			}
			catch (ClassNotFoundException ex) {
				throw new LinkageError("a class is missing among the compiled ones", ex);
			}
		}
	}

	@Override
	public Machine apply(Instance instance) {
		try {
			return this.constructor.newInstance(instance);
		}
		catch (InvocationTargetException ex) {
			throw new LinkageError("the compiled classes cannot be used", ex.getCause());
		}
		catch (ReflectiveOperationException ex) {
			throw new LinkageError("the compiled classes cannot be used", ex);
		}
	}

	private static final class Loader extends ClassLoader {

		static {
			registerAsParallelCapable();
		}

		private final Map<String, byte[]> classes;

		private Loader(Map<String, byte[]> classes) {
			// The classes call both Chicory and this host
			super(StoredMachine.class.getClassLoader());
			this.classes = new ConcurrentHashMap<>(classes);
		}

		@Override
		protected Class<?> findClass(String name) throws ClassNotFoundException {
			byte[] bytes = this.classes.get(name);
			if (bytes == null) {
				throw new ClassNotFoundException(name);
			}
			Class<?> loaded = defineClass(name, bytes, 0, bytes.length);
			this.classes.remove(name);
			return loaded;
		}

	}

}
