package io.gatewaywasm.tck.trace;

import java.util.HashMap;
import java.util.Map;

/**
 * The meaning of the arguments of the ABI's functions, one letter each: {@code v} is a
 * value, {@code c} a context, {@code n} a number of headers, and {@code p} an address or
 * another number that the proxy or the guest chooses, such as the length of an upstream's
 * name.
 */
final class CallShape {

	private static final Map<String, String> CALLBACKS = table("""
			context_create cc
			tick c
			request_headers cnv
			request_body cvv
			request_trailers cv
			response_headers cnv
			response_body cvv
			response_trailers cv
			http_call_response cpnvv
			grpc_receive_initial_metadata cpn
			grpc_receive cpv
			grpc_receive_trailing_metadata cpn
			grpc_close cpv
			queue_ready cp
			foreign_function cvv
			done c
			log c
			delete c
			""");

	private static final Map<String, String> HOST_CALLS = table("""
			get_header_map_value vpvpp
			add_header_map_value vpvpv
			replace_header_map_value vpvpv
			remove_header_map_value vpv
			get_header_map_size vp
			get_header_map_pairs vpp
			set_header_map_pairs vpv
			get_buffer_bytes vvvpp
			get_buffer_status vpp
			set_buffer_bytes vvvpv
			send_local_response vpvpvpvv
			http_call pppvpvpvvp
			grpc_call pppvpvpvpvvp
			grpc_stream pppvpvpvp
			grpc_send ppvv
			grpc_cancel p
			grpc_close p
			get_status ppp
			set_effective_context c
			continue_stream v
			close_stream v
			get_property pvpp
			set_property pvpv
			get_shared_data pvppp
			set_shared_data pvpvp
			register_shared_queue pvp
			resolve_shared_queue pppvp
			enqueue_shared_queue ppv
			dequeue_shared_queue ppp
			define_metric vpvp
			increment_metric pv
			record_metric pv
			get_metric pp
			set_tick_period_milliseconds v
			get_current_time_nanoseconds p
			call_foreign_function pvpvpp
			""");

	private CallShape() {
	}

	private static Map<String, String> table(String lines) {
		Map<String, String> table = new HashMap<>();
		lines.lines().map((line) -> line.split(" ")).forEach((words) -> table.put(words[0], words[1]));
		return table;
	}

	static char ofCallback(String name, int argument) {
		return letter(CALLBACKS, name, argument);
	}

	static char ofHostCall(String name, int argument) {
		return letter(HOST_CALLS, name, argument);
	}

	private static char letter(Map<String, String> table, String name, int argument) {
		String letters = table.getOrDefault(name, "");
		return (argument < letters.length()) ? letters.charAt(argument) : 'p';
	}

}
