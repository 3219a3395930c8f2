// The driver guest: runs the script that its plugin configuration holds, and logs each callback and
// each host call with its result, a line each. README.md describes the language.

#include "abi.h"
#include "text.h"
#include "wasi.h"

#ifdef ABI_0_1_0
EXPORT(proxy_abi_version_0_1_0) void abi_version(void) {}
#elif defined(ABI_0_2_0)
EXPORT(proxy_abi_version_0_2_0) void abi_version(void) {}
#elif defined(ABI_0_3_0)
EXPORT(proxy_abi_version_0_3_0) void abi_version(void) {}
#else
EXPORT(proxy_abi_version_0_2_1) void abi_version(void) {}
#define ABI_0_2_1
#endif
EXPORT(_initialize) void initialize(void) {}

// --- What the driver knows ---------------------------------------------------

enum phase {
	VM_START, CONFIGURE, TICK, REQUEST_HEADERS, REQUEST_BODY, REQUEST_TRAILERS, RESPONSE_HEADERS, RESPONSE_BODY,
	RESPONSE_TRAILERS, CALL_RESPONSE, GRPC_INITIAL, GRPC_RECEIVE, GRPC_TRAILING, GRPC_CLOSE, QUEUE_READY, FOREIGN,
	CREATE, DONE, LOG, DELETE, PHASES
};

static const char *const phase_names[PHASES] = {
	"vm_start", "configure", "tick", "request_headers", "request_body", "request_trailers", "response_headers",
	"response_body", "response_trailers", "call_response", "grpc_initial", "grpc_receive", "grpc_trailing",
	"grpc_close", "queue_ready", "foreign", "create", "done", "log", "delete"
};

#define MAX_STREAMS 512
#define MAX_CALLS 512
static struct {
	u32 context;
	u32 counts[PHASES];
} streams[MAX_STREAMS];
static u32 stream_count;

static struct {
	u32 token;
	u32 context;
} calls[MAX_CALLS];
static u32 call_count;

static text script;
static u32 root;
static u32 root_counts[PHASES];
static u32 last_cas, last_queue, last_metric;

// One callback.
static struct {
	enum phase phase;
	u32 context;
	u32 size;
	u32 end;
	u32 call;
	u32 result;
	u32 nth;
} now;

static u32 stream_number(u32 context)
{
	for (u32 i = stream_count; i > 0; i--)
		if (streams[i - 1].context == context)
			return i;
	return 0;
}

static u32 call_number(u32 token)
{
	for (u32 i = call_count; i > 0; i--)
		if (calls[i - 1].token == token)
			return i;
	return 0;
}

static void put_context(u32 context)
{
	u32 stream = stream_number(context);
	if (context == root)
		put_literal("root");
	else if (stream) {
		put('#');
		put_number(stream);
	} else
		put_literal("unknown");
}

// --- Names of the ABI's numbers ----------------------------------------------

static u32 choice(text word, const char *const *names, u32 count)
{
	for (u32 i = 0; i < count; i++)
		if (is(word, names[i]))
			return i;
	return (u32)number(word);
}

static u32 map_of(text word)
{
	static const char *const names[] = { "request", "request-trailers", "response", "response-trailers",
					     "grpc-initial", "grpc-trailing", "call", "call-trailers" };
	return choice(word, names, 8);
}

static u32 buffer_of(text word)
{
	static const char *const names[] = { "request", "response", "downstream", "upstream", "call", "grpc", "vm",
					     "plugin", "foreign" };
	return choice(word, names, 9);
}

static u32 stream_of(text word)
{
	static const char *const names[] = { "request", "response", "downstream", "upstream" };
	return choice(word, names, 4);
}

static u32 action_of(text word)
{
	if (is(word, "continue"))
		return 0;
	return is(word, "pause") ? 1 : (u32)number(word);
}

// --- Host calls --------------------------------------------------------------

static void put_status(u32 status)
{
	put_literal(" = ");
	put_number(status);
}

// The status, and what came with it.
static void put_result(u32 status, const u8 *data, u32 size)
{
	put_status(status);
	if (status)
		return;
	last_value = (text){ data, size };
	put(' ');
	put_quoted(last_value);
}

static int header_operation(text name, text *rest)
{
	u8 *data = 0;
	u32 size = 0;
	if (is(name, "get")) {
		u32 map = map_of(next_word(rest));
		text key = next_word(rest);
		u32 status = proxy_get_header_map_value(map, key.data, key.size, &data, &size);
		put_result(status, data, size);
	} else if (is(name, "add") || is(name, "replace")) {
		u32 map = map_of(next_word(rest));
		text key = next_word(rest);
		text value = next_word(rest);
		put_status(is(name, "add") ?
				   proxy_add_header_map_value(map, key.data, key.size, value.data, value.size) :
				   proxy_replace_header_map_value(map, key.data, key.size, value.data, value.size));
	} else if (is(name, "remove")) {
		u32 map = map_of(next_word(rest));
		text key = next_word(rest);
		put_status(proxy_remove_header_map_value(map, key.data, key.size));
	} else if (is(name, "size")) {
		u32 status = proxy_get_header_map_size(map_of(next_word(rest)), &size);
		put_status(status);
		put(' ');
		put_number(size);
	} else
		return 0;
	return 1;
}

static void get_pairs(text *rest)
{
	u8 *data = 0;
	u32 size = 0;
	u32 status = proxy_get_header_map_pairs(map_of(next_word(rest)), &data, &size);
	put_status(status);
	if (status || size < 4)
		return;
	u32 count;
	memcpy(&count, data, 4);
	const u8 *position = data + 4 + 8 * count;
	for (u32 i = 0; i < count; i++) {
		log_line();
		u32 sizes[2];
		memcpy(sizes, data + 4 + 8 * i, 8);
		put_literal("  ");
		put_quoted((text){ position, sizes[0] });
		put_literal(": ");
		put_quoted((text){ position + sizes[0] + 1, sizes[1] });
		position += sizes[0] + sizes[1] + 2;
	}
}

static pairs first_pairs, second_pairs;

static void set_pairs(text *rest)
{
	u32 map = map_of(next_word(rest));
	first_pairs.count = 0;
	for (text word = next_word(rest); word.data; word = next_word(rest))
		add_assignment(&first_pairs, word);
	text serialized = serialize(&first_pairs);
	put_status(proxy_set_header_map_pairs(map, serialized.data, serialized.size));
}

static int buffer_operation(text name, text *rest)
{
	u8 *data = 0;
	u32 size = 0;
	if (is(name, "body")) {
		u32 buffer = buffer_of(next_word(rest));
		text start = next_word(rest);
		text length = next_word(rest);
		u32 status = proxy_get_buffer_bytes(buffer, (u32)number(start),
						    length.data ? (u32)number(length) : 0xffffffff, &data, &size);
		put_result(status, data, size);
	} else if (is(name, "set-body")) {
		u32 buffer = buffer_of(next_word(rest));
		text start = next_word(rest);
		text length = next_word(rest);
		text value = next_word(rest);
		put_status(proxy_set_buffer_bytes(buffer, is(start, "end") ? now.size : (u32)number(start),
						  is(length, "all") ? now.size : (u32)number(length), value.data,
						  value.size));
	} else if (is(name, "body-status")) {
		u32 flags = 0;
		u32 status = proxy_get_buffer_status(buffer_of(next_word(rest)), &size, &flags);
		put_status(status);
		put(' ');
		put_number(size);
		put(' ');
		put_number(flags);
	} else
		return 0;
	return 1;
}

// reply STATUS BODY [NAME=VALUE…] [grpc:NUMBER] [details:TEXT]
static void reply(text *rest)
{
	u32 status = (u32)number(next_word(rest));
	text body = next_word(rest);
	text details = of("tck");
	u32 grpc = 0xffffffff;
	first_pairs.count = 0;
	for (text word = next_word(rest); word.data; word = next_word(rest)) {
		if (starts_with(word, "grpc:"))
			grpc = (u32)number(after(word, 5));
		else if (starts_with(word, "details:"))
			details = after(word, 8);
		else
			add_assignment(&first_pairs, word);
	}
	text headers = serialize(&first_pairs);
	put_status(proxy_send_local_response(status, details.data, details.size, body.data, body.size, headers.data,
					     headers.size, grpc));
}

// The name that the proxy has for an upstream or a VM: the script's first lines say "name NAME PROXY'S-NAME".
static text proxys_name_of(text name)
{
	text rest = script;
	while (rest.size) {
		int end = index_of(rest, '\n');
		text current = { rest.data, end < 0 ? rest.size : (u32)end };
		rest = end < 0 ? (text){ 0, 0 } : after(rest, (u32)end + 1);
		if (!is(next_word(&current), "name"))
			continue;
		if (same(next_word(&current), name))
			return next_word(&current);
	}
	return name;
}

static void remember_call(u32 status, u32 token)
{
	if (status || call_count == MAX_CALLS)
		return;
	calls[call_count].token = token;
	calls[call_count++].context = now.context;
}

// call UPSTREAM [body:TEXT] [timeout:MILLISECONDS] [trailer:NAME=VALUE…] [NAME=VALUE…]
static void http_call(text *rest)
{
	text upstream = proxys_name_of(next_word(rest));
	text body = { 0, 0 };
	u32 timeout = 2000, token = 0;
	first_pairs.count = second_pairs.count = 0;
	for (text word = next_word(rest); word.data; word = next_word(rest)) {
		if (starts_with(word, "body:"))
			body = after(word, 5);
		else if (starts_with(word, "body-is:"))
			body = last_value;
		else if (starts_with(word, "timeout:"))
			timeout = (u32)number(after(word, 8));
		else if (starts_with(word, "trailer:"))
			add_assignment(&second_pairs, after(word, 8));
		else
			add_assignment(&first_pairs, word);
	}
	text headers = serialize(&first_pairs);
	text trailers = serialize(&second_pairs);
	u32 status = proxy_http_call(upstream.data, upstream.size, headers.data, headers.size, body.data, body.size,
				     trailers.data, trailers.size, timeout, &token);
	put_status(status);
	remember_call(status, token);
}

// The name of an upstream as Envoy takes it: a GrpcService whose field envoy_grpc has the name in its first field.
static text grpc_service_of(text name)
{
	u8 *bytes = allocate(name.size + 4);
	bytes[0] = bytes[2] = 0x0a;
	bytes[1] = (u8)(name.size + 2);
	bytes[3] = (u8)name.size;
	memcpy(bytes + 4, name.data, name.size);
	return (text){ bytes, name.size + 4 };
}

// grpc-call | grpc-stream UPSTREAM SERVICE METHOD [MESSAGE] [NAME=VALUE…]
static int grpc_operation(text name, text *rest)
{
	u32 token = 0;
	if (is(name, "grpc-call") || is(name, "grpc-stream")) {
		int unary = is(name, "grpc-call");
		text upstream = grpc_service_of(proxys_name_of(next_word(rest)));
		text service = next_word(rest);
		text method = next_word(rest);
		text message = unary ? next_word(rest) : (text){ 0, 0 };
		u32 timeout = 2000;
		first_pairs.count = 0;
		for (text word = next_word(rest); word.data; word = next_word(rest)) {
			if (starts_with(word, "timeout:"))
				timeout = (u32)number(after(word, 8));
			else
				add_assignment(&first_pairs, word);
		}
		text metadata = serialize(&first_pairs);
		u32 status = unary ? proxy_grpc_call(upstream.data, upstream.size, service.data, service.size,
						     method.data, method.size, metadata.data, metadata.size,
						     message.data, message.size, timeout, &token) :
				     proxy_grpc_stream(upstream.data, upstream.size, service.data, service.size,
						       method.data, method.size, metadata.data, metadata.size, &token);
		put_status(status);
		remember_call(status, token);
		return 1;
	}
	token = call_count ? calls[now.call ? now.call - 1 : call_count - 1].token : 0;
	if (is(name, "grpc-send")) {
		text message = next_word(rest);
		put_status(proxy_grpc_send(token, message.data, message.size, is(next_word(rest), "end")));
	} else if (is(name, "grpc-cancel"))
		put_status(proxy_grpc_cancel(token));
	else if (is(name, "grpc-close"))
		put_status(proxy_grpc_close(token));
	else
		return 0;
	return 1;
}

static int stream_operation(text name, text *rest)
{
	if (is(name, "continue")) {
#ifdef ABI_0_1_0
		put_status(stream_of(next_word(rest)) ? proxy_continue_response() : proxy_continue_request());
#else
		put_status(proxy_continue_stream(stream_of(next_word(rest))));
	} else if (is(name, "close")) {
		put_status(proxy_close_stream(stream_of(next_word(rest))));
#endif
	} else if (is(name, "effective")) {
		text which = next_word(rest);
		u32 context = (u32)number(which);
		if (is(which, "root"))
			context = root;
		else if (is(which, "stream") && now.call)
			context = calls[now.call - 1].context;
		else if (is(which, "stream"))
			context = now.context != root || !stream_count ? now.context : streams[stream_count - 1].context;
		else if (starts_with(which, "#"))
			context = streams[number(after(which, 1)) - 1].context;
		put_status(proxy_set_effective_context(context));
	} else if (is(name, "finish"))
		put_status(proxy_done());
	else if (is(name, "tick"))
		put_status(proxy_set_tick_period_milliseconds((u32)number(next_word(rest))));
	else
		return 0;
	return 1;
}

// A property's path is written with dots; a comma stands for one inside a segment.
static text path_of(text word)
{
	u8 *path = allocate(word.size + 1);
	for (u32 i = 0; i < word.size; i++)
		path[i] = word.data[i] == '.' ? 0 : word.data[i] == ',' ? '.' : word.data[i];
	return (text){ path, word.size };
}

static int shared_operation(text name, text *rest)
{
	u8 *data = 0;
	u32 size = 0;
	if (is(name, "property")) {
		text path = path_of(next_word(rest));
		u32 status = proxy_get_property(path.data, path.size, &data, &size);
		put_result(status, data, size);
	} else if (is(name, "property-size")) {
		text path = path_of(next_word(rest));
		u32 status = proxy_get_property(path.data, path.size, &data, &size);
		put_status(status);
		put_literal(" size ");
		put_number(size);
		last_value = (text){ data, size };
	} else if (is(name, "set-property")) {
		text path = path_of(next_word(rest));
		text value = next_word(rest);
		put_status(proxy_set_property(path.data, path.size, value.data, value.size));
	} else if (is(name, "shared")) {
		text key = next_word(rest);
		u32 status = proxy_get_shared_data(key.data, key.size, &data, &size, &last_cas);
		put_result(status, data, size);
	} else if (is(name, "set-shared")) {
		text key = next_word(rest);
		text value = next_word(rest);
		text cas = next_word(rest);
		put_status(proxy_set_shared_data(key.data, key.size, value.data, value.size,
						 is(cas, "cas") ? last_cas : (u32)number(cas)));
	} else if (is(name, "register-queue")) {
		text queue = next_word(rest);
		put_status(proxy_register_shared_queue(queue.data, queue.size, &last_queue));
	} else if (is(name, "resolve-queue")) {
		text vm = proxys_name_of(next_word(rest));
		text queue = next_word(rest);
		put_status(proxy_resolve_shared_queue(vm.data, vm.size, queue.data, queue.size, &last_queue));
	} else if (is(name, "enqueue")) {
		text value = next_word(rest);
		put_status(proxy_enqueue_shared_queue(last_queue, value.data, value.size));
	} else if (is(name, "dequeue")) {
		u32 status = proxy_dequeue_shared_queue(last_queue, &data, &size);
		put_result(status, data, size);
	} else
		return 0;
	return 1;
}

static int metric_operation(text name, text *rest)
{
	static const char *const types[] = { "counter", "gauge", "histogram" };
	if (is(name, "define-metric")) {
		u32 type = choice(next_word(rest), types, 3);
		text metric = next_word(rest);
		put_status(proxy_define_metric(type, metric.data, metric.size, &last_metric));
	} else if (is(name, "increment-metric"))
		put_status(proxy_increment_metric(last_metric, (i64)number(next_word(rest))));
	else if (is(name, "record-metric"))
		put_status(proxy_record_metric(last_metric, number(next_word(rest))));
	else if (is(name, "metric")) {
		u64 value = 0;
		u32 status = proxy_get_metric(last_metric, &value);
		put_status(status);
		put(' ');
		put_number(value);
	} else
		return 0;
	return 1;
}

static int other_operation(text name, text *rest)
{
	u8 *data = 0;
	u32 size = 0;
	if (is(name, "foreign")) {
		text function = next_word(rest);
		text argument = next_word(rest);
		u32 status = proxy_call_foreign_function(function.data, function.size, argument.data, argument.size, &data,
							 &size);
		put_result(status, data, size);
	} else if (is(name, "status")) {
		u32 code = 0;
		u32 status = proxy_get_status(&code, &data, &size);
		put_result(status, data, size);
		put_literal(" code ");
		put_number(code);
	} else if (is(name, "time")) {
		u64 time = 0;
		u32 status = proxy_get_current_time_nanoseconds(&time);
		put_status(status);
		put_literal(time > 1600000000000000000ull ? " later than 2020" : " too early");
	} else if (is(name, "select-metric"))
		last_metric = (u32)number(next_word(rest));
	else if (is(name, "select-queue"))
		last_queue = (u32)number(next_word(rest));
#ifdef ABI_0_2_1
	else if (is(name, "log-level")) {
		u32 level = 0xffffffff;
		put_status(proxy_get_log_level(&level));
		put(' ');
		put_number(level);
	}
#endif
	else
		return 0;
	return 1;
}

static u32 has_other_than_zero(const u8 *bytes, u32 size)
{
	for (u32 i = 0; i < size; i++)
		if (bytes[i])
			return 1;
	return 0;
}

static void put_error_and_numbers(u32 error, u32 first, u32 second)
{
	put_status(error);
	put(' ');
	put_number(first);
	put(' ');
	put_number(second);
}

static int file_operation(text name, text *rest)
{
	u32 size = 0, file = 0;
	u64 position = 0;
	u8 state[32];
	memset(state, 0, sizeof state);
	if (is(name, "write")) {
		file = (u32)number(next_word(rest));
		text parts[2];
		parts[0] = next_word(rest);
		parts[1] = next_word(rest);
		u32 error = fd_write(file, parts, parts[1].data ? 2 : 1, &size);
		put_error_and_numbers(error, size, 0);
	} else if (is(name, "read")) {
		text part = { state, sizeof state };
		u32 error = fd_read((u32)number(next_word(rest)), &part, 1, &size);
		put_error_and_numbers(error, size, 0);
	} else if (is(name, "seek")) {
		u32 error = fd_seek((u32)number(next_word(rest)), 0, 0, &position);
		put_error_and_numbers(error, (u32)position, 0);
	} else if (is(name, "file")) {
		u32 error = fd_fdstat_get((u32)number(next_word(rest)), state);
		put_error_and_numbers(error, state[0], state[8]);
	} else if (is(name, "directory"))
		put_status(fd_prestat_get((u32)number(next_word(rest)), state));
	else if (is(name, "open-file")) {
		text path = next_word(rest);
		put_status(path_open(3, 0, path.data, path.size, 0, 0, 0, 0, &file));
	} else if (is(name, "close-file"))
		put_status(fd_close((u32)number(next_word(rest))));
	else
		return 0;
	return 1;
}

static int wasi_operation(text name, text *rest)
{
	u32 count = 0, size = 0;
	u64 value = 0;
	if (is(name, "clock")) {
		u32 error = clock_time_get((u32)number(next_word(rest)), 0, &value);
		put_error_and_numbers(error, value != 0, value > 1600000000000000000ull);
	} else if (is(name, "clock-resolution")) {
		u32 error = clock_res_get((u32)number(next_word(rest)), &value);
		put_error_and_numbers(error, value != 0, 0);
	} else if (is(name, "random")) {
		size = (u32)number(next_word(rest));
		u8 *bytes = allocate(size + 1);
		memset(bytes, 0, size + 1);
		u32 error = random_get(bytes, size);
		put_error_and_numbers(error, has_other_than_zero(bytes, size), bytes[size]);
	} else if (is(name, "arguments")) {
		u32 error = args_sizes_get(&count, &size);
		put_error_and_numbers(error, count, size);
	} else if (is(name, "environment")) {
		u32 error = environ_sizes_get(&count, &size);
		put_error_and_numbers(error, count, size);
	} else if (is(name, "poll")) {
		u8 subscription[48], event[32];
		memset(subscription, 0, sizeof subscription);
		u32 error = poll_oneoff(subscription, event, (u32)number(next_word(rest)), &count);
		put_error_and_numbers(error, count, 0);
	} else if (is(name, "yield"))
		put_status(sched_yield());
	else if (is(name, "exit")) {
		log_line();
		proc_exit((u32)number(next_word(rest)));
	}
	else
		return 0;
	return 1;
}

#ifdef FILES
// wasi FUNCTION FILE: logs the status and the first two numbers of what the function has written.
static int files_operation(text name, text *rest)
{
	if (!is(name, "wasi"))
		return 0;
	text function = next_word(rest);
	u32 file = (u32)number(next_word(rest));
	text path = { (const u8 *)"x", 1 };
	u8 buffer[16];
	memset(buffer, 0, sizeof buffer);
	text part = { buffer, sizeof buffer };
	u32 result[16];
	memset(result, 0xff, sizeof result);
	u32 error;
#define FUNCTION(called, ...)                                                                                          \
	if (is(function, #called))                                                                                     \
		error = called(__VA_ARGS__);                                                                           \
	else
	FUNCTION(args_get, result, buffer)
	FUNCTION(environ_get, result, buffer)
	FUNCTION(fd_advise, file, 0, 1, 0)
	FUNCTION(fd_allocate, file, 0, 1)
	FUNCTION(fd_datasync, file)
	FUNCTION(fd_fdstat_set_flags, file, 1)
	FUNCTION(fd_fdstat_set_rights, file, 0, 0)
	FUNCTION(fd_filestat_get, file, result)
	FUNCTION(fd_filestat_set_size, file, 1)
	FUNCTION(fd_filestat_set_times, file, 0, 0, 0)
	FUNCTION(fd_pread, file, &part, 1, 0, result)
	FUNCTION(fd_prestat_dir_name, file, result, 4)
	FUNCTION(fd_pwrite, file, &path, 1, 7, result)
	FUNCTION(fd_readdir, file, buffer, sizeof buffer, 0, result)
	FUNCTION(fd_renumber, file, 1)
	FUNCTION(fd_sync, file)
	FUNCTION(fd_tell, file, result)
	FUNCTION(path_create_directory, file, path.data, path.size)
	FUNCTION(path_filestat_get, file, 0, path.data, path.size, result)
	FUNCTION(path_filestat_set_times, file, 0, path.data, path.size, 0, 0, 0)
	FUNCTION(path_readlink, file, path.data, path.size, buffer, sizeof buffer, result)
	FUNCTION(path_remove_directory, file, path.data, path.size)
	FUNCTION(path_rename, file, path.data, path.size, file, path.data, path.size)
	FUNCTION(path_unlink_file, file, path.data, path.size)
	FUNCTION(sock_accept, file, 0, result)
	FUNCTION(sock_recv, file, &part, 1, 0, result, result + 1)
	FUNCTION(sock_send, file, &path, 1, 0, result)
	FUNCTION(sock_shutdown, file, 0)
	error = 0xffffffff;
#undef FUNCTION
	put_error_and_numbers(error, result[0], result[1]);
	return 1;
}
#endif

#ifdef PROBE
// What no SDK does: results that are to be written outside of the memory, and an allocator that fails.
static int probe_operation(text name, text *rest)
{
	u8 **data = (u8 **)0xfffffff0u;
	u32 *size = (u32 *)0xfffffff8u;
	if (is(name, "no-memory"))
		out_of_memory = 1;
	else if (is(name, "outside-get")) {
		u32 map = map_of(next_word(rest));
		text key = next_word(rest);
		put_status(proxy_get_header_map_value(map, key.data, key.size, data, size));
	} else if (is(name, "outside-pairs"))
		put_status(proxy_get_header_map_pairs(map_of(next_word(rest)), data, size));
	else if (is(name, "outside-size"))
		put_status(proxy_get_header_map_size(map_of(next_word(rest)), size));
	else if (is(name, "outside-body"))
		put_status(proxy_get_buffer_bytes(buffer_of(next_word(rest)), 0, 0xffffffff, data, size));
	else if (is(name, "outside-property")) {
		text path = path_of(next_word(rest));
		put_status(proxy_get_property(path.data, path.size, data, size));
	} else if (is(name, "outside-shared")) {
		text key = next_word(rest);
		put_status(proxy_get_shared_data(key.data, key.size, data, size, size));
	} else if (is(name, "outside-dequeue"))
		put_status(proxy_dequeue_shared_queue(last_queue, data, size));
	else if (is(name, "outside-metric"))
		put_status(proxy_get_metric(last_metric, (u64 *)size));
	else
		return 0;
	return 1;
}
#endif

// --- The script --------------------------------------------------------------

static void run_line(text source)
{
	text rest = source;
	text name = next_word(&rest);
	if (!name.data || name.data[0] == '#')
		return;
	if (is(name, "return")) {
		now.result = action_of(next_word(&rest));
		return;
	}
	if (is(name, "trap")) {
		log_line();
		__builtin_trap();
	}
	put_literal("  ");
	while (source.size && source.data[0] == ' ')
		source = after(source, 1);
	put_text(source);
	if (is(name, "pairs"))
		get_pairs(&rest);
	else if (is(name, "set-pairs"))
		set_pairs(&rest);
	else if (is(name, "reply"))
		reply(&rest);
	else if (is(name, "call"))
		http_call(&rest);
	else if (!header_operation(name, &rest) && !buffer_operation(name, &rest) && !grpc_operation(name, &rest) &&
		 !stream_operation(name, &rest) && !shared_operation(name, &rest) && !metric_operation(name, &rest) &&
		 !other_operation(name, &rest) && !file_operation(name, &rest) && !wasi_operation(name, &rest) &&
#ifdef PROBE
		 !probe_operation(name, &rest) &&
#endif
#ifdef FILES
		 !files_operation(name, &rest) &&
#endif
		 !is(name, "say"))
		put_literal(": the driver does not know this");
	log_line();
}

// Whether the condition that begins with this word holds.
static int holds(text word, text *rest)
{
	if (is(word, "end"))
		return now.end;
	if (is(word, "open"))
		return !now.end;
	if (is(word, "data"))
		return now.size > 0;
	if (is(word, "nth"))
		return now.nth == (u32)number(next_word(rest));
	if (is(word, "after"))
		return now.nth > (u32)number(next_word(rest));
	if (is(word, "call"))
		return now.call == (u32)number(next_word(rest));
	if (is(word, "stream"))
		return stream_number(now.context) == (u32)number(next_word(rest));
	if (is(word, "stream-after"))
		return stream_number(now.context) > (u32)number(next_word(rest));
	if (is(word, "root"))
		return now.context == root;
	if (is(word, "when") || is(word, "unless")) {
		u32 map = map_of(next_word(rest));
		text key = next_word(rest);
		text expected = next_word(rest);
		u8 *data = 0;
		u32 size = 0;
		int equal = !proxy_get_header_map_value(map, key.data, key.size, &data, &size) &&
			    same((text){ data, size }, expected);
		return is(word, "when") ? equal : !equal;
	}
	return 0;
}

// on PHASE [CONDITION…]
static int applies(text rest)
{
	if (!is(next_word(&rest), phase_names[now.phase]))
		return 0;
	for (text word = next_word(&rest); word.data; word = next_word(&rest))
		if (!holds(word, &rest))
			return 0;
	return 1;
}

static void run_script(void)
{
	int active = 0;
	text rest = script;
	while (rest.size) {
		int end = index_of(rest, '\n');
		text current = { rest.data, end < 0 ? rest.size : (u32)end };
		rest = end < 0 ? (text){ 0, 0 } : after(rest, (u32)end + 1);
		if (starts_with(current, "on "))
			active = applies(after(current, 3));
		else if (active)
			run_line(current);
	}
}

static void begin(enum phase phase, u32 context)
{
	u32 stream = stream_number(context);
	heap_next = heap_floor;
	last_value = (text){ 0, 0 };
	now.phase = phase;
	now.context = context;
	now.size = now.end = now.call = now.result = 0;
#ifdef PROBE
	out_of_memory = 0;
#endif
	now.nth = stream ? ++streams[stream - 1].counts[phase] : ++root_counts[phase];
	put_literal(phase_names[phase]);
	put(' ');
	put_context(context);
}

static u32 run(void)
{
	log_line();
	run_script();
	if (now.result) {
		put_literal("  return ");
		put_number(now.result);
		log_line();
	}
	return now.result;
}

static u32 headers(enum phase phase, u32 context, u32 end)
{
	begin(phase, context);
	now.end = end;
#ifndef ABI_0_1_0
	put_literal(" end=");
	put_number(end);
#endif
	return run();
}

static u32 body(enum phase phase, u32 context, u32 size, u32 end)
{
	begin(phase, context);
	now.size = size;
	now.end = end;
	put_literal(" size=");
	put_number(size);
	put_literal(" end=");
	put_number(end);
	return run();
}

static void put_call(u32 token)
{
	now.call = call_number(token);
	put_literal(" call=");
	put_number(now.call);
}

static void put_count(const char *name, u32 count)
{
	put_literal(name);
	put_number(count);
}

// --- Callbacks ---------------------------------------------------------------

#ifdef PROBE
// Runs the script also when the root context is created, if the plugin's configuration can be read there.
static void root_created(void)
{
	u8 *data = 0;
	u32 size = 0, flags = 0;
	u32 status = proxy_get_buffer_status(7, &size, &flags);
	if (!status && size && !proxy_get_buffer_bytes(7, 0, size, &data, &size))
		script = (text){ data, size };
	heap_floor = heap_next;
	begin(CREATE, root);
	put_literal(" configuration=");
	put_number(status);
	run();
}
#endif

EXPORT(proxy_on_context_create) void on_context_create(u32 context, u32 parent)
{
	if (!parent) {
		root = context;
#ifdef PROBE
		root_created();
#endif
		return;
	}
	if (stream_count < MAX_STREAMS) {
		memset(&streams[stream_count], 0, sizeof streams[0]);
		streams[stream_count++].context = context;
	}
	begin(CREATE, context);
	run();
}

// The script is the plugin's configuration; a line "vm_start" in that of the VM lets the start fail.
EXPORT(proxy_on_vm_start) u32 on_vm_start(u32 context, u32 size)
{
	(void)context;
	u8 *data = 0;
	u32 actual = 0;
	if (size && !proxy_get_buffer_bytes(6, 0, size, &data, &actual))
		return !is((text){ data, actual }, "refuse");
	return 1;
}

EXPORT(proxy_on_configure) u32 on_configure(u32 context, u32 size)
{
	u8 *data = 0;
	u32 actual = 0;
	proxy_get_buffer_bytes(7, 0, size, &data, &actual);
	script = (text){ data, actual };
	heap_floor = heap_next;
	begin(CONFIGURE, context);
	run();
	return now.result == 0;
}

EXPORT(proxy_on_tick) void on_tick(u32 context)
{
	begin(TICK, context);
	run();
}

#ifdef ABI_0_1_0
EXPORT(proxy_on_request_headers) u32 on_request_headers(u32 context, u32 count)
{
	(void)count;
	return headers(REQUEST_HEADERS, context, 0);
}

EXPORT(proxy_on_response_headers) u32 on_response_headers(u32 context, u32 count)
{
	(void)count;
	return headers(RESPONSE_HEADERS, context, 0);
}
#else
EXPORT(proxy_on_request_headers) u32 on_request_headers(u32 context, u32 count, u32 end)
{
	(void)count;
	return headers(REQUEST_HEADERS, context, end);
}

EXPORT(proxy_on_response_headers) u32 on_response_headers(u32 context, u32 count, u32 end)
{
	(void)count;
	return headers(RESPONSE_HEADERS, context, end);
}
#endif

#if !defined(NO_BODIES) && !defined(ONLY_TRAILERS)
EXPORT(proxy_on_request_body) u32 on_request_body(u32 context, u32 size, u32 end)
{
	return body(REQUEST_BODY, context, size, end);
}

EXPORT(proxy_on_response_body) u32 on_response_body(u32 context, u32 size, u32 end)
{
	return body(RESPONSE_BODY, context, size, end);
}
#endif

#ifndef NO_BODIES
EXPORT(proxy_on_request_trailers) u32 on_request_trailers(u32 context, u32 count)
{
	begin(REQUEST_TRAILERS, context);
	put_count(" count=", count);
	return run();
}

EXPORT(proxy_on_response_trailers) u32 on_response_trailers(u32 context, u32 count)
{
	begin(RESPONSE_TRAILERS, context);
	put_count(" count=", count);
	return run();
}
#endif

EXPORT(proxy_on_http_call_response)
void on_http_call_response(u32 context, u32 token, u32 header_count, u32 body_size, u32 trailer_count)
{
	begin(CALL_RESPONSE, context);
	put_call(token);
	put_literal(header_count ? " headers=yes" : " headers=no");
	put_count(" body=", body_size);
	put_count(" trailers=", trailer_count);
	now.size = body_size;
	run();
}

EXPORT(proxy_on_grpc_receive_initial_metadata) void on_grpc_initial(u32 context, u32 token, u32 count)
{
	(void)count;
	begin(GRPC_INITIAL, context);
	put_call(token);
	run();
}

EXPORT(proxy_on_grpc_receive) void on_grpc_receive(u32 context, u32 token, u32 size)
{
	begin(GRPC_RECEIVE, context);
	put_call(token);
	put_count(" size=", size);
	now.size = size;
	run();
}

EXPORT(proxy_on_grpc_receive_trailing_metadata) void on_grpc_trailing(u32 context, u32 token, u32 count)
{
	(void)count;
	begin(GRPC_TRAILING, context);
	put_call(token);
	run();
}

EXPORT(proxy_on_grpc_close) void on_grpc_close(u32 context, u32 token, u32 status)
{
	begin(GRPC_CLOSE, context);
	put_call(token);
	put_count(" status=", status);
	run();
}

EXPORT(proxy_on_queue_ready) void on_queue_ready(u32 context, u32 token)
{
	begin(QUEUE_READY, context);
	(void)token;
	run();
}

#ifndef ABI_0_1_0
EXPORT(proxy_on_foreign_function) void on_foreign_function(u32 context, u32 function, u32 size)
{
	begin(FOREIGN, context);
	put_count(" function=", function);
	put_count(" size=", size);
	run();
}
#endif

EXPORT(proxy_on_done) u32 on_done(u32 context)
{
	begin(DONE, context);
	run();
	return now.result == 0;
}

EXPORT(proxy_on_log) void on_log(u32 context)
{
	begin(LOG, context);
	run();
}

EXPORT(proxy_on_delete) void on_delete(u32 context)
{
	begin(DELETE, context);
	run();
}
