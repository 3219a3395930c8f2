// The host functions of Proxy-Wasm that the driver calls, as C declarations.

typedef unsigned char u8;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef long long i64;

#define IMPORT(name) __attribute__((import_module("env"), import_name(#name))) extern
#define EXPORT(name) __attribute__((export_name(#name)))

IMPORT(proxy_log) u32 proxy_log(u32 level, const u8 *text, u32 length);
IMPORT(proxy_get_log_level) u32 proxy_get_log_level(u32 *level);
IMPORT(proxy_get_buffer_bytes) u32 proxy_get_buffer_bytes(u32 buffer, u32 start, u32 length, u8 **data, u32 *size);
IMPORT(proxy_get_buffer_status) u32 proxy_get_buffer_status(u32 buffer, u32 *length, u32 *flags);
IMPORT(proxy_set_buffer_bytes) u32 proxy_set_buffer_bytes(u32 buffer, u32 start, u32 length, const u8 *data, u32 size);
IMPORT(proxy_get_header_map_size) u32 proxy_get_header_map_size(u32 map, u32 *size);
IMPORT(proxy_get_header_map_pairs) u32 proxy_get_header_map_pairs(u32 map, u8 **data, u32 *size);
IMPORT(proxy_set_header_map_pairs) u32 proxy_set_header_map_pairs(u32 map, const u8 *data, u32 size);
IMPORT(proxy_get_header_map_value)
u32 proxy_get_header_map_value(u32 map, const u8 *name, u32 name_size, u8 **value, u32 *value_size);
IMPORT(proxy_add_header_map_value)
u32 proxy_add_header_map_value(u32 map, const u8 *name, u32 name_size, const u8 *value, u32 value_size);
IMPORT(proxy_replace_header_map_value)
u32 proxy_replace_header_map_value(u32 map, const u8 *name, u32 name_size, const u8 *value, u32 value_size);
IMPORT(proxy_remove_header_map_value) u32 proxy_remove_header_map_value(u32 map, const u8 *name, u32 name_size);
IMPORT(proxy_send_local_response)
u32 proxy_send_local_response(u32 status, const u8 *details, u32 details_size, const u8 *body, u32 body_size,
			      const u8 *headers, u32 headers_size, u32 grpc_status);
IMPORT(proxy_http_call)
u32 proxy_http_call(const u8 *upstream, u32 upstream_size, const u8 *headers, u32 headers_size, const u8 *body,
		    u32 body_size, const u8 *trailers, u32 trailers_size, u32 timeout, u32 *token);
IMPORT(proxy_grpc_call)
u32 proxy_grpc_call(const u8 *upstream, u32 upstream_size, const u8 *service, u32 service_size, const u8 *method,
		    u32 method_size, const u8 *metadata, u32 metadata_size, const u8 *message, u32 message_size,
		    u32 timeout, u32 *token);
IMPORT(proxy_grpc_stream)
u32 proxy_grpc_stream(const u8 *upstream, u32 upstream_size, const u8 *service, u32 service_size, const u8 *method,
		      u32 method_size, const u8 *metadata, u32 metadata_size, u32 *token);
IMPORT(proxy_grpc_send) u32 proxy_grpc_send(u32 token, const u8 *message, u32 size, u32 end);
IMPORT(proxy_grpc_cancel) u32 proxy_grpc_cancel(u32 token);
IMPORT(proxy_grpc_close) u32 proxy_grpc_close(u32 token);
IMPORT(proxy_get_status) u32 proxy_get_status(u32 *code, u8 **message, u32 *size);
IMPORT(proxy_set_effective_context) u32 proxy_set_effective_context(u32 context);
#ifdef ABI_0_1_0
IMPORT(proxy_continue_request) u32 proxy_continue_request(void);
IMPORT(proxy_continue_response) u32 proxy_continue_response(void);
#else
IMPORT(proxy_continue_stream) u32 proxy_continue_stream(u32 stream);
IMPORT(proxy_close_stream) u32 proxy_close_stream(u32 stream);
#endif
IMPORT(proxy_done) u32 proxy_done(void);
IMPORT(proxy_get_property) u32 proxy_get_property(const u8 *path, u32 path_size, u8 **value, u32 *value_size);
IMPORT(proxy_set_property) u32 proxy_set_property(const u8 *path, u32 path_size, const u8 *value, u32 value_size);
IMPORT(proxy_get_shared_data)
u32 proxy_get_shared_data(const u8 *key, u32 key_size, u8 **value, u32 *value_size, u32 *cas);
IMPORT(proxy_set_shared_data)
u32 proxy_set_shared_data(const u8 *key, u32 key_size, const u8 *value, u32 value_size, u32 cas);
IMPORT(proxy_register_shared_queue) u32 proxy_register_shared_queue(const u8 *name, u32 size, u32 *token);
IMPORT(proxy_resolve_shared_queue)
u32 proxy_resolve_shared_queue(const u8 *vm, u32 vm_size, const u8 *name, u32 name_size, u32 *token);
IMPORT(proxy_enqueue_shared_queue) u32 proxy_enqueue_shared_queue(u32 token, const u8 *value, u32 size);
IMPORT(proxy_dequeue_shared_queue) u32 proxy_dequeue_shared_queue(u32 token, u8 **value, u32 *size);
IMPORT(proxy_define_metric) u32 proxy_define_metric(u32 type, const u8 *name, u32 size, u32 *id);
IMPORT(proxy_increment_metric) u32 proxy_increment_metric(u32 id, i64 offset);
IMPORT(proxy_record_metric) u32 proxy_record_metric(u32 id, u64 value);
IMPORT(proxy_get_metric) u32 proxy_get_metric(u32 id, u64 *value);
IMPORT(proxy_set_tick_period_milliseconds) u32 proxy_set_tick_period_milliseconds(u32 period);
IMPORT(proxy_get_current_time_nanoseconds) u32 proxy_get_current_time_nanoseconds(u64 *time);
IMPORT(proxy_call_foreign_function)
u32 proxy_call_foreign_function(const u8 *name, u32 name_size, const u8 *argument, u32 argument_size, u8 **result,
				u32 *result_size);
