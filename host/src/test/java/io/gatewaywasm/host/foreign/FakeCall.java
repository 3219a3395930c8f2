package io.gatewaywasm.host.foreign;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import io.gatewaywasm.host.fixture.FakeExchange;
import io.gatewaywasm.host.spi.ForeignCall;
import io.gatewaywasm.host.spi.HttpStream;
import io.gatewaywasm.host.spi.PropertyDeclaration;

/** A call that records the actions of a function. */
final class FakeCall implements ForeignCall {

	final Map<List<String>, byte[]> properties = new HashMap<>();

	final Map<String, PropertyDeclaration> declarations = new HashMap<>();

	HttpStream stream = new FakeExchange(Runnable::run);

	@Override
	public String plugin() {
		return "test";
	}

	@Override
	public HttpStream stream() {
		return this.stream;
	}

	@Override
	public Object property(List<String> path) {
		return this.properties.get(path);
	}

	@Override
	public void setProperty(List<String> path, byte[] value) {
		this.properties.put(path, value);
	}

	@Override
	public boolean declareProperty(String name, PropertyDeclaration declaration) {
		return this.declarations.putIfAbsent(name, declaration) == null;
	}

	@Override
	public <T> T data(Class<T> type, Supplier<T> absent) {
		return absent.get();
	}

}
