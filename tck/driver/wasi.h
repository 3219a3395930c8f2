// The functions of WASI that the driver calls.

#define WASI(name) __attribute__((import_module("wasi_snapshot_preview1"), import_name(#name))) extern

WASI(args_sizes_get) u32 args_sizes_get(u32 *count, u32 *size);
WASI(clock_res_get) u32 clock_res_get(u32 clock, u64 *resolution);
WASI(clock_time_get) u32 clock_time_get(u32 clock, u64 precision, u64 *time);
WASI(environ_sizes_get) u32 environ_sizes_get(u32 *count, u32 *size);
WASI(fd_close) u32 fd_close(u32 file);
WASI(fd_fdstat_get) u32 fd_fdstat_get(u32 file, u8 *state);
WASI(fd_prestat_get) u32 fd_prestat_get(u32 file, u8 *state);
WASI(fd_read) u32 fd_read(u32 file, const text *parts, u32 count, u32 *size);
WASI(fd_seek) u32 fd_seek(u32 file, i64 offset, u32 whence, u64 *position);
WASI(fd_write) u32 fd_write(u32 file, const text *parts, u32 count, u32 *size);
WASI(path_open)
u32 path_open(u32 directory, u32 lookup, const u8 *path, u32 path_size, u32 flags, u64 rights, u64 inherited,
	      u32 file_flags, u32 *file);
WASI(poll_oneoff) u32 poll_oneoff(const u8 *subscriptions, u8 *events, u32 count, u32 *event_count);
WASI(proc_exit) void __attribute__((noreturn)) proc_exit(u32 code);
WASI(random_get) u32 random_get(u8 *bytes, u32 size);
WASI(sched_yield) u32 sched_yield(void);
