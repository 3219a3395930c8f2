package io.gatewaywasm.test.trace;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * The parameters of callbacks and host calls, by name of the function. The arguments of
 * other functions are displayed as numbers.
 */
final class CallParameters {

	private static final Map<String, String> HOST = Map.ofEntries(Map.entry("proxy_log", "level text"),
			Map.entry("proxy_get_log_level", ">level"), Map.entry("proxy_get_current_time_nanoseconds", ">long"),
			Map.entry("proxy_set_tick_period_milliseconds", "unsigned"),
			Map.entry("proxy_get_buffer_bytes", "buffer start:unsigned length:unsigned >text"),
			Map.entry("proxy_get_buffer_status", "buffer >length:unsigned >flags:int"),
			Map.entry("proxy_set_buffer_bytes", "buffer start:unsigned length:unsigned text"),
			Map.entry("proxy_get_configuration", ">text"), Map.entry("proxy_get_header_map_size", "map >int"),
			Map.entry("proxy_get_header_map_pairs", "map >pairs"), Map.entry("proxy_set_header_map_pairs", "map pairs"),
			Map.entry("proxy_get_header_map_value", "map text >text"),
			Map.entry("proxy_add_header_map_value", "map text text"),
			Map.entry("proxy_replace_header_map_value", "map text text"),
			Map.entry("proxy_remove_header_map_value", "map text"), Map.entry("proxy_get_property", "path >text"),
			Map.entry("proxy_set_property", "path text"), Map.entry("proxy_set_effective_context", "int"),
			Map.entry("proxy_continue_stream", "stream"), Map.entry("proxy_close_stream", "stream"),
			Map.entry("proxy_send_local_response", "status:int details:text body:text headers:pairs grpc_status:int"),
			Map.entry("proxy_http_call",
					"upstream:text headers:pairs body:text trailers:pairs timeout_ms:int >token:int"),
			Map.entry("proxy_get_status", ">int >text"),
			Map.entry("proxy_grpc_call",
					"upstream:text service:text method:text metadata:pairs message:text timeout_ms:int >token:int"),
			Map.entry("proxy_grpc_stream", "upstream:text service:text method:text metadata:pairs >token:int"),
			Map.entry("proxy_grpc_send", "token:int text end_of_stream:boolean"),
			Map.entry("proxy_grpc_cancel", "token:int"), Map.entry("proxy_grpc_close", "token:int"),
			Map.entry("proxy_get_shared_data", "text >text >cas:unsigned"),
			Map.entry("proxy_set_shared_data", "text text cas:unsigned"),
			Map.entry("proxy_register_shared_queue", "text >token:int"),
			Map.entry("proxy_resolve_shared_queue", "vm_id:text text >token:int"),
			Map.entry("proxy_enqueue_shared_queue", "token:int text"),
			Map.entry("proxy_dequeue_shared_queue", "token:int >text"),
			Map.entry("proxy_define_metric", "metric text >id:int"), Map.entry("proxy_increment_metric", "id:int long"),
			Map.entry("proxy_record_metric", "id:int long"), Map.entry("proxy_get_metric", "id:int >long"),
			Map.entry("proxy_call_foreign_function", "text text >text"),
			Map.entry("fd_write", "file buffers >written:unsigned"),
			Map.entry("clock_time_get", "clock:int precision:long >long"));

	private static final Map<String, String> CALLBACKS = Map.ofEntries(
			Map.entry("proxy_on_context_create", "context:int root:int"),
			Map.entry("proxy_on_vm_start", "root:int configuration_size:int"),
			Map.entry("proxy_on_configure", "root:int configuration_size:int"), Map.entry("proxy_on_tick", "root:int"),
			Map.entry("proxy_on_request_headers", "context:int headers:int end_of_stream:boolean"),
			Map.entry("proxy_on_request_body", "context:int size:int end_of_stream:boolean"),
			Map.entry("proxy_on_request_trailers", "context:int trailers:int"),
			Map.entry("proxy_on_response_headers", "context:int headers:int end_of_stream:boolean"),
			Map.entry("proxy_on_response_body", "context:int size:int end_of_stream:boolean"),
			Map.entry("proxy_on_response_trailers", "context:int trailers:int"),
			Map.entry("proxy_on_http_call_response", "root:int token:int headers:int body_size:int trailers:int"),
			Map.entry("proxy_on_grpc_receive_initial_metadata", "root:int token:int headers:int"),
			Map.entry("proxy_on_grpc_receive", "root:int token:int size:int"),
			Map.entry("proxy_on_grpc_receive_trailing_metadata", "root:int token:int trailers:int"),
			Map.entry("proxy_on_grpc_close", "root:int token:int status:int"),
			Map.entry("proxy_on_queue_ready", "root:int token:int"), Map.entry("proxy_on_done", "context:int"),
			Map.entry("proxy_on_log", "context:int"), Map.entry("proxy_on_delete", "context:int"));

	private CallParameters() {
	}

	static List<CallParameter> ofHost(String function) {
		return parse(HOST.getOrDefault(function, ""));
	}

	static List<CallParameter> ofCallback(String function) {
		return parse(CALLBACKS.getOrDefault(function, ""));
	}

	private static List<CallParameter> parse(String parameters) {
		return parameters.isEmpty() ? List.of()
				: Arrays.stream(parameters.split(" ")).map(CallParameter::parse).toList();
	}

}
