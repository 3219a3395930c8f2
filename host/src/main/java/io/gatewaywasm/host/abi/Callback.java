package io.gatewaywasm.host.abi;

import java.util.Collections;
import java.util.List;

/**
 * The functions that a guest can export as callbacks.
 */
public enum Callback {

	/** A context is created. */
	CONTEXT_CREATE("proxy_on_context_create", 2, false),

	/** The VM starts. */
	VM_START("proxy_on_vm_start", 2, true),

	/** A root context receives its configuration. */
	CONFIGURE("proxy_on_configure", 2, true),

	/** The timer of a root context has fired. */
	TICK("proxy_on_tick", 1, false),

	/**
	 * The headers of a request have arrived. Two parameters in ABI 0.1.0, three in later
	 * versions.
	 */
	REQUEST_HEADERS("proxy_on_request_headers", 3, true),

	/** A part of a request body has arrived. */
	REQUEST_BODY("proxy_on_request_body", 3, true),

	/** The trailers of a request have arrived. */
	REQUEST_TRAILERS("proxy_on_request_trailers", 2, true),

	/**
	 * The headers of a response have arrived. Two parameters in ABI 0.1.0, three in later
	 * versions.
	 */
	RESPONSE_HEADERS("proxy_on_response_headers", 3, true),

	/** A part of a response body has arrived. */
	RESPONSE_BODY("proxy_on_response_body", 3, true),

	/** The trailers of a response have arrived. */
	RESPONSE_TRAILERS("proxy_on_response_trailers", 2, true),

	/** An HTTP callout has ended. */
	HTTP_CALL_RESPONSE("proxy_on_http_call_response", 5, false),

	/** The initial metadata of a gRPC callout has arrived. */
	GRPC_INITIAL_METADATA("proxy_on_grpc_receive_initial_metadata", 3, false),

	/** A message of a gRPC callout has arrived. */
	GRPC_RECEIVE("proxy_on_grpc_receive", 3, false),

	/** The trailing metadata of a gRPC callout has arrived. */
	GRPC_TRAILING_METADATA("proxy_on_grpc_receive_trailing_metadata", 3, false),

	/** A gRPC callout has ended. */
	GRPC_CLOSE("proxy_on_grpc_close", 3, false),

	/** A Redis callout has ended (Higress). */
	REDIS_CALL_RESPONSE("proxy_on_redis_call_response", 4, false),

	/** A queue has an entry. */
	QUEUE_READY("proxy_on_queue_ready", 2, false),

	/** A foreign function calls back. */
	FOREIGN_FUNCTION("proxy_on_foreign_function", 3, false),

	/** A context has ended. */
	DONE("proxy_on_done", 1, true),

	/** A stream can be logged. */
	LOG("proxy_on_log", 1, false),

	/** A context is deleted. */
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
	 * Returns the name under which a guest exports the callback.
	 */
	public String export() {
		return this.export;
	}

	/**
	 * Returns the number of {@code i32} parameters in ABI 0.2.
	 */
	public int parameters() {
		return this.parameters;
	}

	/**
	 * Returns whether the callback has an older form with one parameter less, as the two
	 * headers callbacks have.
	 */
	public boolean hasShortForm() {
		return this == REQUEST_HEADERS || this == RESPONSE_HEADERS;
	}

	/**
	 * Returns whether the callback has an {@code i32} result.
	 */
	public boolean hasResult() {
		return this.result;
	}

	/**
	 * Returns whether this host can call an export with the signature.
	 */
	public boolean accepts(FunctionSignature signature) {
		int count = signature.parameters().size();
		boolean parametersFit = (count == this.parameters || (hasShortForm() && count == this.parameters - 1))
				&& signature.parameters().stream().allMatch("i32"::equals);
		return parametersFit && signature.results().equals(this.result ? List.of("i32") : List.of());
	}

	/**
	 * Returns the signature of ABI 0.2, for messages.
	 */
	public FunctionSignature expected() {
		return new FunctionSignature(Collections.nCopies(this.parameters, "i32"),
				this.result ? List.of("i32") : List.of());
	}

}
