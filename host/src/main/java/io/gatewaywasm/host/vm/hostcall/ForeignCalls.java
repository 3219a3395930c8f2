package io.gatewaywasm.host.vm.hostcall;

import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import io.gatewaywasm.host.abi.Status;
import io.gatewaywasm.host.abi.StatusException;
import io.gatewaywasm.host.foreign.EnvoyFunctions;
import io.gatewaywasm.host.imports.HostFunctions;
import io.gatewaywasm.host.spi.ForeignCall;
import io.gatewaywasm.host.spi.ForeignFunction;
import io.gatewaywasm.host.spi.HttpStream;
import io.gatewaywasm.host.spi.PropertyDeclaration;
import org.jspecify.annotations.Nullable;

/**
 * Calls foreign functions by name: first those of the application, then those known from
 * Higress and Envoy. If a function throws, the guest gets an error status and its VM
 * continues.
 */
final class ForeignCalls implements HostFunctions {

	/** The maximum number of properties that a root context declares. */
	private static final int MAX_DECLARED = 1000;

	private static final int MAX_NAME = 1024;

	private final VmScope vm;

	private final ContextProperties properties;

	private final StreamControl streams;

	private final HigressFunctions higress;

	ForeignCalls(VmScope vm, ContextProperties properties, StreamControl streams, HigressFunctions higress) {
		this.vm = vm;
		this.properties = properties;
		this.streams = streams;
		this.higress = higress;
	}

	@Override
	public byte[] callForeignFunction(String name, byte[] arguments) {
		return this.vm.outside(() -> call(name, arguments));
	}

	private byte[] call(String name, byte[] arguments) {
		ForeignFunction function = this.vm.services().foreignFunction(name);
		if (function == null) {
			function = this.higress.find(name);
		}
		if (function == null) {
			function = EnvoyFunctions.find(name);
		}
		ContextScope context = this.vm.effective();
		if (function == null || context == null) {
			throw StatusException.of(Status.NOT_FOUND);
		}
		try {
			return function.call(new Call(context), arguments);
		}
		catch (StatusException ex) {
			throw ex;
		}
		catch (RuntimeException ex) {
			this.vm.settings().foreignFailures().failed(this.vm.settings().plugin(), name, ex);
			throw StatusException.of(Status.INTERNAL_FAILURE);
		}
	}

	private final class Call implements ForeignCall {

		private final ContextScope context;

		private Call(ContextScope context) {
			this.context = context;
		}

		@Override
		public String plugin() {
			return ForeignCalls.this.vm.settings().plugin();
		}

		@Override
		public @Nullable HttpStream stream() {
			StreamScope stream = this.context.stream();
			return (stream != null) ? stream.httpStream() : null;
		}

		@Override
		public @Nullable Object property(List<String> path) {
			return ForeignCalls.this.properties.value(path);
		}

		@Override
		public void setProperty(List<String> path, byte[] value) {
			ForeignCalls.this.properties.set(path, value);
		}

		@Override
		public void injectResponseBody(byte[] data, boolean endOfStream) {
			ForeignCalls.this.streams.injectResponseBody(data, endOfStream);
		}

		@Override
		public boolean declareProperty(String name, PropertyDeclaration declaration) {
			Map<String, PropertyDeclaration> declared = this.context.root().declaredProperties();
			return declared.size() < MAX_DECLARED && name.length() <= MAX_NAME
					&& declared.putIfAbsent(name, declaration) == null;
		}

		@Override
		public <T> T data(Class<T> type, Supplier<T> absent) {
			return type.cast(this.context.root().foreignData().computeIfAbsent(type, (key) -> absent.get()));
		}

	}

}
