package io.gatewaywasm.host.plugin;

import java.util.function.Consumer;

import io.gatewaywasm.host.spi.Decision;

/**
 * Interim signature. Decisions come inline when the VM is idle and the guest does not
 * pause, else on {@code HttpStream.executor()}.
 */
public final class PluginStream {

	private PluginStream() {
	}

	public void requestHeaders(boolean endOfStream, Consumer<Decision> decision) {
	}

	/** The sink given first is kept for late releases. */
	public void requestBody(byte[] chunk, boolean endOfStream, Consumer<Decision> decision) {
	}

	public void responseHeaders(boolean endOfStream, Consumer<Decision> decision) {
	}

	public void responseBody(byte[] chunk, boolean endOfStream, Consumer<Decision> decision) {
	}

	/** Synchronous hook: a pause is answered as Continue; inline if VM idle. */
	public void responseTrailers(Consumer<Decision> decision) {
	}

	/** Exactly once counts; later calls do nothing. done, log, delete. */
	public void end() {
	}

}
