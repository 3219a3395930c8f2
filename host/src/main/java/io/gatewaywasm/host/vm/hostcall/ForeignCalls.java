package io.gatewaywasm.host.vm.hostcall;

import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import io.gatewaywasm.host.abi.PrintableText;
import io.gatewaywasm.host.abi.Status;
import io.gatewaywasm.host.abi.StatusException;
import io.gatewaywasm.host.foreign.EnvoyFunctions;
import io.gatewaywasm.host.spi.ForeignCall;
import io.gatewaywasm.host.spi.ForeignFunction;
import io.gatewaywasm.host.spi.HttpStream;
import io.gatewaywasm.host.spi.PropertyDeclaration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls functions outside of the guest by name: the application's, else those that guests
 * know from Envoy. A function that throws costs the guest a status, not its VM.
 */
final class ForeignCalls {

	private static final Logger logger = LoggerFactory.getLogger(ForeignCalls.class);

	/** The most properties that a root context declares. */
	private static final int MAX_DECLARED = 1000;

	private static final int MAX_NAME = 1024;

	private final VmScope vm;

	private final ContextProperties properties;

	ForeignCalls(VmScope vm, ContextProperties properties) {
		this.vm = vm;
		this.properties = properties;
	}

	byte[] call(String name, byte[] arguments) {
		ForeignFunction function = this.vm.services().foreignFunction(name);
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
			logger.warn("Foreign function '{}' failed, called by Wasm plugin '{}'",
					PrintableText.of(name, PrintableText.NAME), this.vm.settings().plugin(), ex);
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
