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

#ifdef FILES
// The functions that have no lines of their own in scripts.
WASI(args_get) u32 args_get(u32 *array, u8 *buffer);
WASI(environ_get) u32 environ_get(u32 *array, u8 *buffer);
WASI(fd_advise) u32 fd_advise(u32 file, u64 offset, u64 size, u32 advice);
WASI(fd_allocate) u32 fd_allocate(u32 file, u64 offset, u64 size);
WASI(fd_datasync) u32 fd_datasync(u32 file);
WASI(fd_fdstat_set_flags) u32 fd_fdstat_set_flags(u32 file, u32 flags);
WASI(fd_fdstat_set_rights) u32 fd_fdstat_set_rights(u32 file, u64 rights, u64 inherited);
WASI(fd_filestat_get) u32 fd_filestat_get(u32 file, u32 *state);
WASI(fd_filestat_set_size) u32 fd_filestat_set_size(u32 file, u64 size);
WASI(fd_filestat_set_times) u32 fd_filestat_set_times(u32 file, u64 accessed, u64 modified, u32 flags);
WASI(fd_pread) u32 fd_pread(u32 file, const text *parts, u32 count, u64 offset, u32 *size);
WASI(fd_prestat_dir_name) u32 fd_prestat_dir_name(u32 file, u32 *path, u32 path_size);
WASI(fd_pwrite) u32 fd_pwrite(u32 file, const text *parts, u32 count, u64 offset, u32 *size);
WASI(fd_readdir) u32 fd_readdir(u32 file, u8 *buffer, u32 buffer_size, u64 cookie, u32 *size);
WASI(fd_renumber) u32 fd_renumber(u32 file, u32 to);
WASI(fd_sync) u32 fd_sync(u32 file);
WASI(fd_tell) u32 fd_tell(u32 file, u32 *position);
WASI(path_create_directory) u32 path_create_directory(u32 file, const u8 *path, u32 path_size);
WASI(path_filestat_get) u32 path_filestat_get(u32 file, u32 flags, const u8 *path, u32 path_size, u32 *state);
WASI(path_filestat_set_times)
u32 path_filestat_set_times(u32 file, u32 lookup, const u8 *path, u32 path_size, u64 accessed, u64 modified, u32 flags);
WASI(path_readlink)
u32 path_readlink(u32 file, const u8 *path, u32 path_size, u8 *buffer, u32 buffer_size, u32 *size);
WASI(path_remove_directory) u32 path_remove_directory(u32 file, const u8 *path, u32 path_size);
WASI(path_rename)
u32 path_rename(u32 file, const u8 *path, u32 path_size, u32 new_file, const u8 *new_path, u32 new_path_size);
WASI(path_unlink_file) u32 path_unlink_file(u32 file, const u8 *path, u32 path_size);
WASI(sock_accept) u32 sock_accept(u32 socket, u32 flags, u32 *accepted);
WASI(sock_recv) u32 sock_recv(u32 socket, const text *parts, u32 count, u32 flags, u32 *size, u32 *result_flags);
WASI(sock_send) u32 sock_send(u32 socket, const text *parts, u32 count, u32 flags, u32 *size);
WASI(sock_shutdown) u32 sock_shutdown(u32 socket, u32 how);
#endif
