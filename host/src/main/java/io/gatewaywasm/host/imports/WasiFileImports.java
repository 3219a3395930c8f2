package io.gatewaywasm.host.imports;

import java.io.ByteArrayOutputStream;

import io.gatewaywasm.host.abi.GuestMemory;
import io.gatewaywasm.host.abi.LogLevel;

/**
 * The WASI functions for files and sockets. Only the two output streams exist, and are
 * written to the log. All other functions return what Envoy returns; docs/abi.md lists
 * the exceptions.
 */
final class WasiFileImports {

	static final ImportArea<WasiFileImports> AREA = ImportArea
		.unrestricted("WASI files", WasiFileImports::new, WasiImports.MODULES)
		.plain("fd_write", "iiii", WasiFileImports::write)
		.plain("fd_pwrite", "iiili", WasiFileImports::writeAt)
		.plain("fd_fdstat_get", "ii", WasiFileImports::fdstatGet)
		.plain("fd_seek", "ilii", WasiFileImports::seek)
		.plain("fd_tell", "ii", WasiFileImports::tell)
		.plain("fd_close", "i", answer(Errno.SUCCESS))
		.plain("fd_advise", "illi", answer(Errno.SUCCESS))
		.plain("fd_allocate", "ill", WasiFileImports::ignore)
		.plain("fd_datasync", "i", WasiFileImports::ignore)
		.plain("fd_sync", "i", WasiFileImports::ignore)
		.plain("fd_fdstat_set_rights", "ill", WasiFileImports::ignore)
		.plain("fd_filestat_set_size", "il", WasiFileImports::ignore)
		.plain("fd_filestat_set_times", "illi", WasiFileImports::ignore)
		.plain("fd_fdstat_set_flags", "ii", answer(Errno.NOSYS))
		.plain("fd_filestat_get", "ii", answer(Errno.BADF))
		.plain("fd_prestat_get", "ii", answer(Errno.BADF))
		.plain("fd_prestat_dir_name", "iii", answer(Errno.NOSYS))
		.plain("fd_read", "iiii", answer(Errno.NOSYS))
		.plain("fd_pread", "iiili", answer(Errno.NOSYS))
		.plain("fd_readdir", "iiili", WasiFileImports::readDirectory)
		.plain("fd_renumber", "ii", WasiFileImports::renumber)
		.plain("path_open", "iiiiillii", answer(Errno.NOENT))
		.plain("path_create_directory", "iii", answer(Errno.NOTSUP))
		.plain("path_filestat_get", "iiiii", answer(Errno.NOTSUP))
		.plain("path_filestat_set_times", "iiiilli", answer(Errno.NOTSUP))
		.plain("path_link", "iiiiiii", answer(Errno.NOTSUP))
		.plain("path_readlink", "iiiiii", unsupported(5))
		.plain("path_remove_directory", "iii", answer(Errno.NOTSUP))
		.plain("path_rename", "iiiiii", answer(Errno.NOTSUP))
		.plain("path_symlink", "iiiii", answer(Errno.NOTSUP))
		.plain("path_unlink_file", "iii", answer(Errno.NOTSUP))
		.plain("proc_raise", "i", answer(Errno.NOSYS))
		.plain("sock_accept", "iii", unsupported(2))
		.plain("sock_recv", "iiiiii", WasiFileImports::receive)
		.plain("sock_send", "iiiii", unsupported(4))
		.plain("sock_shutdown", "ii", answer(Errno.NOTSUP));

	private static final int STDOUT = 1;

	private static final int STDERR = 2;

	private static final long RIGHT_TO_READ = 2;

	private static final long RIGHT_TO_WRITE = 64;

	private static final int FDSTAT_SIZE = 24;

	/**
	 * The maximum number of pieces and bytes in one call. The rest is a short write,
	 * which every C library repeats. Without a limit, a guest could keep the host busy
	 * where the watchdog cannot interrupt it.
	 */
	private static final int MAXIMUM_PIECES = 1024;

	private static final int MAXIMUM_WRITE = 1024 * 1024;

	private final HostLog log;

	private final OutputLines output;

	private WasiFileImports(Guest guest) {
		this.log = guest.host().log();
		this.output = guest.output();
	}

	private int write(GuestMemory memory, long[] arguments) {
		return write(memory, (int) arguments[0], (int) arguments[1], (int) arguments[2], (int) arguments[3]);
	}

	private int writeAt(GuestMemory memory, long[] arguments) {
		return write(memory, (int) arguments[0], (int) arguments[1], (int) arguments[2], (int) arguments[4]);
	}

	private int write(GuestMemory memory, int descriptor, int pieces, int count, int writtenResult) {
		if (!isOutput(descriptor)) {
			return Errno.BADF;
		}
		memory.check(writtenResult, Integer.BYTES);
		boolean enabled = this.log.isLogEnabled((descriptor == STDOUT) ? LogLevel.INFO : LogLevel.ERROR);
		ByteArrayOutputStream data = new ByteArrayOutputStream();
		int written = 0;
		int taken = (count < 0 || count > MAXIMUM_PIECES) ? MAXIMUM_PIECES : count;
		for (int i = 0; i < taken && written < MAXIMUM_WRITE; i++) {
			int pointer = memory.readInt(pieces + 8 * i);
			int length = memory.readInt(pieces + 8 * i + 4);
			memory.check(pointer, length);
			int part = (int) Math.min(Integer.toUnsignedLong(length), MAXIMUM_WRITE - written);
			if (enabled) {
				data.writeBytes(memory.read(pointer, part));
			}
			written += part;
		}
		this.output.write(descriptor, data.toByteArray());
		memory.writeInt(writtenResult, written);
		return Errno.SUCCESS;
	}

	private int fdstatGet(GuestMemory memory, long[] arguments) {
		int descriptor = (int) arguments[0];
		int pointer = (int) arguments[1];
		if (descriptor != 0 && !isOutput(descriptor)) {
			return Errno.BADF;
		}
		memory.check(pointer, FDSTAT_SIZE);
		memory.writeLong(pointer, 0);
		memory.writeLong(pointer + 8, (descriptor == 0) ? RIGHT_TO_READ : RIGHT_TO_WRITE);
		memory.writeLong(pointer + 16, 0);
		return Errno.SUCCESS;
	}

	private int seek(GuestMemory memory, long[] arguments) {
		memory.writeLong((int) arguments[3], 0);
		return Errno.SUCCESS;
	}

	private int tell(GuestMemory memory, long[] arguments) {
		if (!isOutput((int) arguments[0])) {
			return Errno.BADF;
		}
		memory.writeLong((int) arguments[1], 0);
		return Errno.SUCCESS;
	}

	private int ignore(GuestMemory memory, long[] arguments) {
		return isOutput((int) arguments[0]) ? Errno.SUCCESS : Errno.BADF;
	}

	private int renumber(GuestMemory memory, long[] arguments) {
		return (isOutput((int) arguments[0]) && isOutput((int) arguments[1])) ? Errno.NOTSUP : Errno.BADF;
	}

	private int readDirectory(GuestMemory memory, long[] arguments) {
		memory.writeInt((int) arguments[4], 0);
		return Errno.NOTDIR;
	}

	private int receive(GuestMemory memory, long[] arguments) {
		memory.writeInt((int) arguments[4], 0);
		memory.writeByte((int) arguments[5], (byte) 0);
		memory.writeByte((int) arguments[5] + 1, (byte) 0);
		return Errno.NOTSUP;
	}

	/** Returns a function that only writes 0 to the address in one of its arguments. */
	private static ImportArea.PlainCall<WasiFileImports> unsupported(int result) {
		return (wasi, memory, arguments) -> {
			memory.writeInt((int) arguments[result], 0);
			return Errno.NOTSUP;
		};
	}

	private static boolean isOutput(int descriptor) {
		return descriptor == STDOUT || descriptor == STDERR;
	}

	private static ImportArea.PlainCall<WasiFileImports> answer(int errno) {
		return (wasi, memory, arguments) -> errno;
	}

}
