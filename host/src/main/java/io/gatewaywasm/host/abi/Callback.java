package io.gatewaywasm.host.abi;

import java.util.Collections;
import java.util.List;

/**
 * Functions that a guest may export for its host to call.
 */
public enum Callback {

	/** A context begins. */
	CONTEXT_CREATE("proxy_on_context_create", 2, false),

	/** The VM starts. */
	VM_START("proxy_on_vm_start", 2, true),

	/** A root context gets its configuration. */
	CONFIGURE("proxy_on_configure", 2, true),

	/** The timer of a root context fired. */
	TICK("proxy_on_tick", 1, false),

	/** The headers of a request arrived. Two parameters in ABI 0.1.0, three since. */
	REQUEST_HEADERS("proxy_on_request_headers", 3, true),

	/** A part of a request's body arrived. */
	REQUEST_BODY("proxy_on_request_body", 3, true),

	/** The trailers of a request arrived; never called, the stack does not show them. */
	REQUEST_TRAILERS("proxy_on_request_trailers", 2, true),

	/** The headers of a response arrived. Two parameters in ABI 0.1.0, three since. */
	RESPONSE_HEADERS("proxy_on_response_headers", 3, true),

	/** A part of a response's body arrived. */
	RESPONSE_BODY("proxy_on_response_body", 3, true),

	/** The trailers of a response arrived. */
	RESPONSE_TRAILERS("proxy_on_response_trailers", 2, true),

	/** An HTTP callout ended. */
	HTTP_CALL_RESPONSE("proxy_on_http_call_response", 5, false),

	/** The initial metadata of a gRPC callout arrived. */
	GRPC_INITIAL_METADATA("proxy_on_grpc_receive_initial_metadata", 3, false),

	/** A message of a gRPC callout arrived. */
	GRPC_RECEIVE("proxy_on_grpc_receive", 3, false),

	/** The trailing metadata of a gRPC callout arrived. */
	GRPC_TRAILING_METADATA("proxy_on_grpc_receive_trailing_metadata", 3, false),

	/** A gRPC callout ended. */
	GRPC_CLOSE("proxy_on_grpc_close", 3, false),

	/** A queue has an entry. */
	QUEUE_READY("proxy_on_queue_ready", 2, false),

	/** A foreign function calls back. */
	FOREIGN_FUNCTION("proxy_on_foreign_function", 3, false),

	/** A context is over. */
	DONE("proxy_on_done", 1, true),

	/** A stream may be logged. */
	LOG("proxy_on_log", 1, false),

	/** A context goes away. */
	DELETE("proxy_on_delete", 1, false);

	private final String export;

	private final int parameters;

	private final boolean result;

	Callback(String export, int parameters, boolean result) {
		this.export = export;
		this.parameters = parameters;
		this.result = result;
	}

	/**
	 * Return the name under which a guest exports the function.
	 * @return the export name
	 */
	public String export() {
		return this.export;
	}

	/**
	 * Return the number of parameters, all {@code i32}.
	 * @return the number of parameters in ABI 0.2
	 */
	public int parameters() {
		return this.parameters;
	}

	/**
	 * Return whether the callback has an older form with one parameter less.
	 * @return {@code true} for the two headers callbacks
	 */
	public boolean hasShortForm() {
		return this == REQUEST_HEADERS || this == RESPONSE_HEADERS;
	}

	/**
	 * Return whether the guest returns a value.
	 * @return whether there is an {@code i32} result
	 */
	public boolean hasResult() {
		return this.result;
	}

	/**
	 * Return whether this host can call a function of these types.
	 * @param signature the types that the module exports
	 * @return whether they fit
	 */
	public boolean accepts(FunctionSignature signature) {
		int count = signature.parameters().size();
		boolean parametersFit = (count == this.parameters || (hasShortForm() && count == this.parameters - 1))
				&& signature.parameters().stream().allMatch("i32"::equals);
		return parametersFit && signature.results().equals(this.result ? List.of("i32") : List.of());
	}

	/**
	 * Return the types that this host expects, for messages.
	 * @return the types of ABI 0.2
	 */
	public FunctionSignature expected() {
		return new FunctionSignature(Collections.nCopies(this.parameters, "i32"),
				this.result ? List.of("i32") : List.of());
	}

}
