// Traps in the way that a stream's request header "x-trap" names: "unreachable", "memory", "divide" or "stack". Built with
// debug information of DWARF 5, where Rust writes DWARF 4.

typedef unsigned int u32;

__attribute__((import_module("env"), import_name("proxy_get_header_map_value"))) u32 get_header(u32 map, const char *key,
		u32 key_size, char **value, u32 *value_size);

#define EXPORT(name) __attribute__((export_name(#name))) name

#define NOINLINE __attribute__((noinline))

static char heap[65536];

static u32 used;

void EXPORT(proxy_abi_version_0_2_1)(void) {
}

void *EXPORT(proxy_on_memory_allocate)(u32 size) {
	// Nothing is freed: what does not fit any more starts over
	used = used + size > sizeof(heap) ? 0 : used;
	char *allocated = heap + used;
	used += size;
	return allocated;
}

u32 EXPORT(proxy_on_vm_start)(u32 context, u32 size) {
	return 1;
}

u32 EXPORT(proxy_on_configure)(u32 context, u32 size) {
	return 1;
}

void EXPORT(proxy_on_context_create)(u32 context, u32 parent) {
}

static NOINLINE u32 unreachable(void) {
	__builtin_trap();
}

static NOINLINE u32 far_away(u32 address) {
	return *(volatile u32 *)address;
}

static NOINLINE u32 divide(int dividend, int divisor) {
	return dividend /
			divisor;
}

static NOINLINE u32 dig(u32 depth) {
	return depth == 0 ? 0 : 1 + dig(depth + 1) * depth;
}

u32 EXPORT(proxy_on_request_headers)(u32 context, u32 count, u32 end) {
	char *trap;
	u32 size;
	if (get_header(0, "x-trap", 6, &trap, &size) != 0) {
		return 0;
	}
	switch (trap[0]) {
	case 'u':
		return unreachable();
	case 'm':
		return far_away(0u - 8);
	case 'd':
		return divide((int)count, (int)size - 6);
	case 's':
		return dig(size);
	default:
		return 0;
	}
}
