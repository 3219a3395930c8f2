package io.gatewaywasm.test.trace;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import io.gatewaywasm.host.abi.DataStatus;
import io.gatewaywasm.host.abi.FunctionImport;
import io.gatewaywasm.host.abi.GuestMemory;
import io.gatewaywasm.host.abi.HeadersStatus;
import io.gatewaywasm.host.abi.Status;
import io.gatewaywasm.host.abi.Callback;

/**
 * How to display the arguments and the result of a function. It has no influence on what
 * the call does. {@code parameters} is empty if their number is unexpected.
 */
record CallSignature(List<CallParameter> parameters, Results results) {

	private static final Set<String> OTHERS_WITH_STATUS = Set.of("stats_set_user_diag", "envoy_resolve_dns");

	/** The kind of a function's result. */
	private enum Results {

		NOTHING, STATUS, NUMBER, TRUTH, HEADERS_STATUS, DATA_STATUS

	}

	static boolean isCallback(String export) {
		boolean starts = export.equals("_initialize") || export.equals("_start") || export.equals("main");
		return starts || (export.startsWith("proxy_on_") && !export.equals("proxy_on_memory_allocate"));
	}

	static CallSignature ofHost(FunctionImport function) {
		List<CallParameter> parameters = CallParameters.ofHost(function.name(),
				function.signature().parameters().size());
		boolean status = function.name().startsWith("proxy_") || OTHERS_WITH_STATUS.contains(function.name());
		Results results = function.signature().results().isEmpty() ? Results.NOTHING
				: status ? Results.STATUS : Results.NUMBER;
		return new CallSignature((parameters != null) ? parameters : List.of(), results);
	}

	static CallSignature ofCallback(String name) {
		return new CallSignature(CallParameters.ofCallback(name), resultOf(name));
	}

	private static Results resultOf(String name) {
		for (Callback callback : Callback.values()) {
			if (callback.export().equals(name)) {
				return switch (callback) {
					case REQUEST_HEADERS, RESPONSE_HEADERS, REQUEST_TRAILERS, RESPONSE_TRAILERS ->
						Results.HEADERS_STATUS;
					case REQUEST_BODY, RESPONSE_BODY -> Results.DATA_STATUS;
					default -> callback.hasResult() ? Results.TRUTH : Results.NOTHING;
				};
			}
		}
		return Results.NOTHING;
	}

	List<String> arguments(GuestMemory memory, long[] arguments) {
		List<String> texts = new ArrayList<>();
		int next = 0;
		for (CallParameter parameter : this.parameters) {
			// An older form of a callback has one parameter less.
			if (!parameter.out() && next < arguments.length) {
				texts.add(parameter.read(memory, arguments, next));
			}
			next += parameter.width();
		}
		for (int i = next; i < arguments.length; i++) {
			texts.add(Integer.toString((int) arguments[i]));
		}
		return texts;
	}

	List<String> values(GuestMemory memory, long[] arguments, long result) {
		List<String> texts = new ArrayList<>();
		int next = 0;
		for (CallParameter parameter : this.parameters) {
			if (parameter.out() && (int) result == 0) {
				texts.add(parameter.read(memory, arguments, next));
			}
			next += parameter.width();
		}
		return texts;
	}

	String result(long result) {
		int code = (int) result;
		return switch (this.results) {
			case NOTHING -> "";
			case NUMBER -> Integer.toString(code);
			case TRUTH -> Boolean.toString(code != 0);
			case HEADERS_STATUS -> HeadersStatus.of(code).name();
			case DATA_STATUS -> DataStatus.of(code).name();
			case STATUS -> status(code);
		};
	}

	private static String status(int code) {
		for (Status status : Status.values()) {
			if (status.code() == code) {
				return status.name();
			}
		}
		return Integer.toString(code);
	}

}
