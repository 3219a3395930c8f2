package io.gatewaywasm.host.imports;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;

import io.gatewaywasm.host.abi.FunctionSignature;
import io.gatewaywasm.host.abi.GuestMemory;
import io.gatewaywasm.host.abi.GuestMemoryException;
import io.gatewaywasm.host.abi.HostFunction;
import io.gatewaywasm.host.abi.Status;
import io.gatewaywasm.host.abi.StatusException;

/**
 * The functions of one section of the specification. They are declared once, and bound to
 * each VM. Each parameter type is one letter, {@code i} for {@code i32} and {@code l} for
 * {@code i64}.
 */
final class ImportArea<T> {

	static final List<String> RESULT = List.of("i32");

	/** Implements a function that returns a status. */
	@FunctionalInterface
	interface StatusCall<T> {

		Status call(T area, GuestMemory memory, long[] arguments);

	}

	/** Implements a function that returns a number, which in WASI is an error number. */
	@FunctionalInterface
	interface PlainCall<T> {

		int call(T area, GuestMemory memory, long[] arguments);

	}

	private record Declaration<T>(ImportedFunction function, BiFunction<T, Guest, HostFunction> binder) {

	}

	private final String name;

	private final List<String> modules;

	private final boolean restricted;

	private final Function<Guest, T> factory;

	private final List<Declaration<T>> declarations = new ArrayList<>();

	private ImportArea(String name, List<String> modules, boolean restricted, Function<Guest, T> factory) {
		this.name = name;
		this.modules = modules;
		this.restricted = restricted;
		this.factory = factory;
	}

	/**
	 * Declares an area of functions that a guest's allocator must not call.
	 */
	static <T> ImportArea<T> of(String name, Function<Guest, T> factory) {
		return new ImportArea<>(name, List.of("env"), true, factory);
	}

	/**
	 * Declares an area of functions that a guest's allocator may call.
	 */
	static <T> ImportArea<T> unrestricted(String name, Function<Guest, T> factory, String... modules) {
		return new ImportArea<>(name, List.of(modules), false, factory);
	}

	ImportArea<T> function(String function, AbiVersion since, String parameters, StatusCall<T> call) {
		return declare(function, since, parameters, RESULT, true,
				(description) -> (area, guest) -> wrap(call, area, guest, description.qualifiedName()));
	}

	ImportArea<T> plain(String function, String parameters, PlainCall<T> call) {
		return declare(function, AbiVersion.V0_1_0, parameters, RESULT, true,
				(description) -> (area, guest) -> wrap(call, area));
	}

	ImportArea<T> action(String function, String parameters, PlainCall<T> call) {
		return declare(function, AbiVersion.V0_1_0, parameters, List.of(), true,
				(description) -> (area, guest) -> wrap(call, area));
	}

	ImportArea<T> stub(String function, AbiVersion since, String parameters) {
		return declare(function, since, parameters, RESULT, false,
				(description) -> (area, guest) -> guest.stub(description.qualifiedName(), Status.UNIMPLEMENTED.code()));
	}

	void describe(Consumer<ImportedFunction> consumer) {
		this.declarations.forEach((declaration) -> consumer.accept(declaration.function()));
	}

	void bind(Guest guest, BiConsumer<ImportedFunction, HostFunction> consumer) {
		T area = this.factory.apply(guest);
		this.declarations
			.forEach((declaration) -> consumer.accept(declaration.function(), declaration.binder().apply(area, guest)));
	}

	private ImportArea<T> declare(String function, AbiVersion since, String parameters, List<String> results,
			boolean implemented, Function<ImportedFunction, BiFunction<T, Guest, HostFunction>> binder) {
		FunctionSignature signature = new FunctionSignature(types(parameters), results);
		for (String module : this.modules) {
			ImportedFunction description = new ImportedFunction(module, function, signature, this.name, since,
					implemented);
			this.declarations.add(new Declaration<>(description, binder.apply(description)));
		}
		return this;
	}

	private HostFunction wrap(StatusCall<T> call, T area, Guest guest, String function) {
		boolean checked = this.restricted;
		return (memory, arguments) -> {
			if (checked && guest.isAllocating()) {
				throw new RestrictedCallException(function);
			}
			try {
				return call.call(area, memory, arguments).code();
			}
			catch (StatusException ex) {
				if (ex.status() == Status.UNIMPLEMENTED) {
					guest.host().log().unimplemented(function);
				}
				return ex.status().code();
			}
			catch (GuestMemoryException ex) {
				return Status.INVALID_MEMORY_ACCESS.code();
			}
		};
	}

	private static <T> HostFunction wrap(PlainCall<T> call, T area) {
		return (memory, arguments) -> {
			try {
				return call.call(area, memory, arguments);
			}
			catch (GuestMemoryException ex) {
				return Errno.FAULT;
			}
		};
	}

	private static List<String> types(String parameters) {
		return parameters.chars().mapToObj((letter) -> switch (letter) {
			case 'i' -> "i32";
			case 'l' -> "i64";
			default -> throw new IllegalArgumentException("Unknown type letter: " + (char) letter);
		}).toList();
	}

}
