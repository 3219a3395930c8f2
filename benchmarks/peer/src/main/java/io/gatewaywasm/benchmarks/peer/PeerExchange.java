package io.gatewaywasm.benchmarks.peer;

import java.util.List;

import io.gatewaywasm.benchmarks.ExchangeHeaders;
import io.gatewaywasm.benchmarks.Scenario;
import io.roastedroot.proxywasm.internal.HttpRequestAdaptor;
import io.roastedroot.proxywasm.internal.PluginHttpContext;
import io.roastedroot.proxywasm.internal.ProxyMap;
import io.roastedroot.proxywasm.internal.WasmResult;
import org.jspecify.annotations.Nullable;

/**
 * A reusable exchange in memory.
 */
final class PeerExchange implements HttpRequestAdaptor {

	private final ExchangeHeaders request;

	private final ExchangeHeaders response = Scenario.responseHeaders();

	private final ProxyMap requestMap;

	private final ProxyMap responseMap = new ArrayPeerMap(this.response);

	private final ProxyMap none = ProxyMap.of();

	PeerExchange(Scenario scenario) {
		this.request = scenario.requestHeaders();
		this.requestMap = new ArrayPeerMap(this.request);
	}

	ExchangeHeaders request() {
		return this.request;
	}

	void reset() {
		this.request.reset();
		this.response.reset();
	}

	@Override
	public String remoteAddress() {
		return "127.0.0.1";
	}

	@Override
	public int remotePort() {
		return 1;
	}

	@Override
	public String localAddress() {
		return "127.0.0.1";
	}

	@Override
	public int localPort() {
		return 2;
	}

	@Override
	public String protocol() {
		return "HTTP/1.1";
	}

	@Override
	public ProxyMap getHttpRequestHeaders() {
		return this.requestMap;
	}

	@Override
	public ProxyMap getHttpRequestTrailers() {
		return this.none;
	}

	@Override
	public ProxyMap getHttpResponseHeaders() {
		return this.responseMap;
	}

	@Override
	public ProxyMap getHttpResponseTrailers() {
		return this.none;
	}

	@Override
	public ProxyMap getGrpcReceiveInitialMetaData() {
		return this.none;
	}

	@Override
	public ProxyMap getGrpcReceiveTrailerMetaData() {
		return this.none;
	}

	@Override
	public byte @Nullable [] getProperty(PluginHttpContext context, List<String> path) {
		return null;
	}

	@Override
	public WasmResult setProperty(PluginHttpContext context, List<String> path, byte[] value) {
		return WasmResult.OK;
	}

}
