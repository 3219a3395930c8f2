package io.gatewaywasm.test.trace;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * The parameters of callbacks and host calls, by name of the function. The arguments of
 * other functions are displayed as numbers.
 */
final class CallParameters {

	private static final Map<String, List<List<CallParameter>>> HOST = parse("""
			proxy_log level text
			proxy_get_log_level >level
			proxy_get_current_time_nanoseconds >long
			proxy_set_tick_period_milliseconds unsigned
			proxy_get_buffer_bytes buffer start:unsigned length:unsigned >text
			proxy_get_buffer_status buffer >length:unsigned >flags:int
			proxy_set_buffer_bytes buffer start:unsigned length:unsigned text
			proxy_get_configuration >text
			proxy_get_header_map_size map >int
			proxy_get_header_map_pairs map >pairs
			proxy_set_header_map_pairs map pairs
			proxy_get_header_map_value map text >text
			proxy_add_header_map_value map text text
			proxy_replace_header_map_value map text text
			proxy_remove_header_map_value map text
			proxy_get_property path >text
			proxy_set_property path text
			proxy_set_effective_context int
			proxy_done
			proxy_continue_stream stream
			proxy_close_stream stream
			proxy_continue_request
			proxy_continue_response
			proxy_clear_route_cache
			proxy_send_local_response status:int details:text body:text headers:pairs grpc_status:int
			proxy_http_call upstream:text headers:pairs body:text trailers:pairs timeout_ms:int >token:int
			proxy_get_status >int >text
			proxy_grpc_call upstream:text service:text method:text metadata:pairs message:text timeout_ms:int >token:int
			proxy_grpc_call upstream:text service:text method:text message:text timeout_ms:int >token:int
			proxy_grpc_stream upstream:text service:text method:text metadata:pairs >token:int
			proxy_grpc_send token:int text end_of_stream:boolean
			proxy_grpc_cancel token:int
			proxy_grpc_close token:int
			proxy_redis_init upstream:text user:text password:text timeout_ms:int
			proxy_redis_call upstream:text query:text >token:int
			proxy_get_shared_data text >text >cas:unsigned
			proxy_set_shared_data text text cas:unsigned
			proxy_register_shared_queue text >token:int
			proxy_resolve_shared_queue vm_id:text text >token:int
			proxy_enqueue_shared_queue token:int text
			proxy_dequeue_shared_queue token:int >text
			proxy_define_metric metric text >id:int
			proxy_increment_metric id:int long
			proxy_record_metric id:int long
			proxy_get_metric id:int >long
			proxy_call_foreign_function text text >text
			proxy_get_upstream_hosts >pairs
			proxy_set_upstream_override_host text
			proxy_get_secret text >text
			proxy_secret_get text >text
			proxy_get_effective_at_secret text time:unsigned >text
			proxy_secret_get_effective_at text time:unsigned >text
			proxy_dictionary_get text >text
			stats_set_user_diag text
			proxy_inject_encoded_data_to_filter_chain text end_of_stream:boolean
			envoy_resolve_dns text >token:int
			emscripten_notify_memory_growth memory:int
			pthread_equal int int
			abort
			abort message:int file:int line:int column:int
			""");

	private static final Map<String, List<List<CallParameter>>> WASI = parse("""
			args_get pointers:int bytes:int
			args_sizes_get >count:unsigned >size:unsigned
			environ_get pointers:int bytes:int
			environ_sizes_get >count:unsigned >size:unsigned
			clock_res_get clock:int >long
			clock_time_get clock:int precision:long >long
			poll_oneoff subscriptions:int events:int count:unsigned >events:unsigned
			proc_exit code:int
			random_get bytes:int length:unsigned
			sched_yield
			fd_write file buffers >written:unsigned
			fd_pwrite file buffers offset:long >written:unsigned
			fd_fdstat_get file status:int
			fd_seek file offset:long whence:int >position:long
			fd_tell file >position:long
			fd_close file
			fd_advise file offset:long length:long advice:int
			fd_allocate file offset:long length:long
			fd_datasync file
			fd_sync file
			fd_fdstat_set_rights file rights:long inheriting:long
			fd_filestat_set_size file size:long
			fd_filestat_set_times file accessed:long modified:long flags:int
			fd_fdstat_set_flags file flags:int
			fd_filestat_get file status:int
			fd_prestat_get file status:int
			fd_prestat_dir_name file path:int length:unsigned
			fd_read file buffers:int count:unsigned >read:unsigned
			fd_pread file buffers:int count:unsigned offset:long >read:unsigned
			fd_readdir file entries:int length:unsigned cookie:long >used:unsigned
			fd_renumber file to:file
			path_open file lookup:int text flags:int rights:long inheriting:long file_flags:int >file
			path_create_directory file text
			path_filestat_get file lookup:int text status:int
			path_filestat_set_times file lookup:int text accessed:long modified:long flags:int
			path_link file lookup:int text to:file to_path:text
			path_readlink file text target:int length:unsigned >used:unsigned
			path_remove_directory file text
			path_rename file text to:file to_path:text
			path_symlink text file to_path:text
			path_unlink_file file text
			proc_raise signal:int
			sock_accept file flags:int >file
			sock_recv file buffers:int count:unsigned flags:int >read:unsigned >flags:int
			sock_send file buffers flags:int >sent:unsigned
			sock_shutdown file how:int
			""");

	private static final Map<String, List<List<CallParameter>>> CALLBACKS = parse("""
			proxy_on_context_create context:int root:int
			proxy_on_vm_start root:int configuration_size:int
			proxy_on_configure root:int configuration_size:int
			proxy_on_tick root:int
			proxy_on_request_headers context:int headers:int end_of_stream:boolean
			proxy_on_request_body context:int size:int end_of_stream:boolean
			proxy_on_request_trailers context:int trailers:int
			proxy_on_response_headers context:int headers:int end_of_stream:boolean
			proxy_on_response_body context:int size:int end_of_stream:boolean
			proxy_on_response_trailers context:int trailers:int
			proxy_on_http_call_response root:int token:int headers:int body_size:int trailers:int
			proxy_on_grpc_receive_initial_metadata root:int token:int headers:int
			proxy_on_grpc_receive root:int token:int size:int
			proxy_on_grpc_receive_trailing_metadata root:int token:int trailers:int
			proxy_on_grpc_close root:int token:int status:int
			proxy_on_redis_call_response root:int token:int status:int size:int
			proxy_on_queue_ready root:int token:int
			proxy_on_foreign_function root:int function:int size:int
			proxy_on_done context:int
			proxy_on_log context:int
			proxy_on_delete context:int
			""");

	private CallParameters() {
	}

	/**
	 * Returns the parameters of a host call with a number of arguments, or {@code null}
	 * if they are unknown.
	 */
	static @Nullable List<CallParameter> ofHost(String function, int arguments) {
		List<List<CallParameter>> forms = HOST.getOrDefault(function, WASI.getOrDefault(function, List.of()));
		return forms.stream().filter((form) -> width(form) == arguments).findFirst().orElse(null);
	}

	private static int width(List<CallParameter> parameters) {
		return parameters.stream().mapToInt(CallParameter::width).sum();
	}

	/** Returns the parameters of a callback, none if they are unknown. */
	static List<CallParameter> ofCallback(String function) {
		List<List<CallParameter>> forms = CALLBACKS.getOrDefault(function, List.of());
		return forms.isEmpty() ? List.of() : forms.get(0);
	}

	static boolean isWasi(String function) {
		return WASI.containsKey(function);
	}

	/** Parses a function per line. A function with several forms has a line for each. */
	private static Map<String, List<List<CallParameter>>> parse(String lines) {
		Map<String, List<List<CallParameter>>> functions = new HashMap<>();
		lines.lines().forEach((line) -> {
			List<String> words = Arrays.asList(line.split(" "));
			functions.computeIfAbsent(words.get(0), (name) -> new ArrayList<>())
				.add(words.subList(1, words.size()).stream().map(CallParameter::parse).toList());
		});
		return functions;
	}

}
