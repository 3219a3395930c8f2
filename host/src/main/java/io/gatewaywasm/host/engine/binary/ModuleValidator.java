package io.gatewaywasm.host.engine.binary;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Field;
import java.util.AbstractList;

import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.FunctionBody;
import com.dylibso.chicory.wasm.types.FunctionType;
import io.gatewaywasm.host.engine.ModuleException;
import org.jspecify.annotations.Nullable;

/**
 * Runs Chicory's validator for one function at a time and stops at the first error. The
 * validator itself collects an exception for each operand with a wrong type and each
 * missing operand, so an invalid module of one megabyte could exhaust the heap.
 */
final class ModuleValidator {

	private static final Class<?> TYPE = type();

	private static final MethodHandle CONSTRUCTOR = find(null, WasmModule.class);

	private static final MethodHandle FUNCTION = find("validateFunction", int.class, FunctionBody.class,
			FunctionType.class);

	private static final Field ERRORS = errors();

	private ModuleValidator() {
	}

	/** Validates a parsed module. */
	static void validate(WasmModule module, FunctionNames names) throws ModuleException {
		Object validator = validator(module);
		run(validator, "Module", "in the module as a whole");
		run(validator, "Types", "in its type section");
		int imported = module.importSection().importCount();
		for (int i = 0; i < module.codeSection().functionBodyCount(); i++) {
			try {
				FUNCTION.invoke(validator, imported + i, module.codeSection().getFunctionBody(i), typeOf(module, i));
			}
			catch (Throwable ex) {
				throw ModuleParser.invalid("in " + names.describe(imported + i), ex);
			}
		}
		run(validator, "Globals", "in its global section");
		run(validator, "Elements", "in its element section");
		run(validator, "Data", "in its data section");
		run(validator, "Tags", "in its tag section");
		run(validator, "Tables", "in its table section");
	}

	private static FunctionType typeOf(WasmModule module, int function) {
		return module.typeSection().getType(module.functionSection().getFunctionType(function));
	}

	private static void run(Object validator, String part, String place) throws ModuleException {
		try {
			find("validate" + part).invoke(validator);
		}
		catch (Throwable ex) {
			throw ModuleParser.invalid(place, ex);
		}
	}

	private static Object validator(WasmModule module) throws ModuleException {
		try {
			Object validator = CONSTRUCTOR.invoke(module);
			ERRORS.set(validator, new FirstError());
			return validator;
		}
		catch (Throwable ex) {
			throw ModuleParser.invalid("in the module as a whole", ex);
		}
	}

	private static Class<?> type() {
		try {
			return Class.forName("com.dylibso.chicory.wasm.Validator");
		}
		catch (ClassNotFoundException ex) {
			throw unknownEngine(ex);
		}
	}

	private static MethodHandle find(@Nullable String name, Class<?>... parameters) {
		MethodType type = MethodType.methodType(void.class, parameters);
		try {
			MethodHandles.Lookup lookup = MethodHandles.privateLookupIn(TYPE, MethodHandles.lookup());
			return (name != null) ? lookup.findVirtual(TYPE, name, type) : lookup.findConstructor(TYPE, type);
		}
		catch (ReflectiveOperationException ex) {
			throw unknownEngine(ex);
		}
	}

	private static Field errors() {
		try {
			Field errors = TYPE.getDeclaredField("errors");
			errors.setAccessible(true);
			return errors;
		}
		catch (ReflectiveOperationException ex) {
			throw unknownEngine(ex);
		}
	}

	private static IllegalStateException unknownEngine(ReflectiveOperationException cause) {
		return new IllegalStateException(
				"The version of Chicory on the class path (" + EngineVersion.current()
						+ ") is not the one that this library was built for. Remove the version from the build.",
				cause);
	}

	/**
	 * A list that throws the first error added to it.
	 */
	private static final class FirstError extends AbstractList<RuntimeException> {

		@Override
		public boolean add(RuntimeException error) {
			throw error;
		}

		@Override
		public RuntimeException get(int index) {
			throw new IndexOutOfBoundsException(index);
		}

		@Override
		public int size() {
			return 0;
		}

	}

}
