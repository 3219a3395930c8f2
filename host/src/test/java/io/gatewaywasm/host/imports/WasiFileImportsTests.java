package io.gatewaywasm.host.imports;

import io.gatewaywasm.host.abi.LogLevel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class WasiFileImportsTests {

	private static final int IOVECS = 512;

	private final FakeGuest guest = new FakeGuest();

	private int write(int descriptor, String... pieces) {
		int pointer = IOVECS;
		for (String piece : pieces) {
			FakeGuest.Slice slice = this.guest.text(piece);
			this.guest.memory.writeInt(pointer, slice.pointer());
			this.guest.memory.writeInt(pointer + 4, slice.length());
			pointer += 8;
		}
		return this.guest.wasi("fd_write", descriptor, IOVECS, pieces.length, FakeGuest.FIRST);
	}

	@Test
	void aLineIsWrittenWithoutItsNewline() {
		assertThat(write(1, "hello\n")).isZero();
		assertThat(this.guest.result(FakeGuest.FIRST)).isEqualTo(6);
		assertThat(this.guest.host.calls).containsExactly("write 1 hello");
	}

	@Test
	void onlyOneNewlineIsRemoved() {
		write(2, "hello\n\n");
		assertThat(this.guest.host.calls).containsExactly("write 2 hello", "write 2 ");
	}

	@Test
	void piecesOfALineAreCollectedPerStream() {
		write(2, "panic: ", "runtime ");
		write(1, "other");
		write(2, "error");
		assertThat(this.guest.host.calls).isEmpty();
		write(2, "!\nnext");
		assertThat(this.guest.host.calls).containsExactly("write 2 panic: runtime error!");
		this.guest.table.callbackEnded();
		this.guest.table.callbackEnded();
		assertThat(this.guest.host.calls).containsExactly("write 2 panic: runtime error!", "write 1 other",
				"write 2 next");
	}

	@Test
	void severalLinesAreWrittenOneByOne() {
		write(1, "a\nb\nc\n");
		assertThat(this.guest.host.calls).containsExactly("write 1 a", "write 1 b", "write 1 c");
	}

	@Test
	void aLineWithoutEndIsWrittenWhenItIsLong() {
		String piece = "x".repeat(30 * 1024);
		this.guest.memory.grow(3 * piece.length());
		write(1, piece, piece);
		assertThat(this.guest.host.calls).isEmpty();
		write(1, piece);
		assertThat(this.guest.host.calls).containsExactly("write 1 " + piece + piece + piece);
	}

	@Test
	void nothingIsReadForALevelThatIsOff() {
		this.guest.host.level = LogLevel.WARN;
		assertThat(write(1, "hello\n")).isZero();
		assertThat(this.guest.result(FakeGuest.FIRST)).isEqualTo(6);
		assertThat(this.guest.host.calls).isEmpty();
		assertThat(write(2, "hello\n")).isZero();
		assertThat(this.guest.host.calls).containsExactly("write 2 hello");
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 3, -1 })
	void otherDescriptorsCannotBeWritten(int descriptor) {
		assertThat(write(descriptor, "hello\n")).isEqualTo(8);
		assertThat(this.guest.host.calls).isEmpty();
	}

	@Test
	void aBadPointerIsAFaultAndWritesNothing() {
		write(1, "hello", "\n");
		this.guest.host.calls.clear();
		this.guest.memory.writeInt(IOVECS + 8, FakeGuest.OUTSIDE);
		assertThat(this.guest.wasi("fd_write", 1, IOVECS, 2, FakeGuest.FIRST)).isEqualTo(21);
		assertThat(this.guest.wasi("fd_write", 1, FakeGuest.OUTSIDE, 1, FakeGuest.FIRST)).isEqualTo(21);
		assertThat(this.guest.wasi("fd_write", 1, IOVECS, 1, FakeGuest.OUTSIDE)).isEqualTo(21);
		assertThat(this.guest.host.calls).isEmpty();
	}

	@Test
	void aHugeWriteIsAShortWrite() {
		this.guest.host.level = LogLevel.CRITICAL;
		int iovecs = (int) this.guest.memory.size();
		this.guest.memory.grow(2048 * 8);
		for (int i = 0; i < 2048; i++) {
			this.guest.memory.writeInt(iovecs + 8 * i, 0);
			this.guest.memory.writeInt(iovecs + 8 * i + 4, 1);
		}
		assertThat(this.guest.wasi("fd_write", 1, iovecs, 2048, FakeGuest.FIRST)).isZero();
		assertThat(this.guest.result(FakeGuest.FIRST)).isEqualTo(1024);
		for (int i = 0; i < 2048; i++) {
			this.guest.memory.writeInt(iovecs + 8 * i + 4, 60 * 1024);
		}
		assertThat(this.guest.wasi("fd_write", 1, iovecs, -1, FakeGuest.FIRST)).isZero();
		assertThat(this.guest.result(FakeGuest.FIRST)).isEqualTo(1024 * 1024);
	}

	@Test
	void writingAtAPositionIsWriting() {
		FakeGuest.Slice text = this.guest.text("hello\n");
		this.guest.memory.writeInt(IOVECS, text.pointer());
		this.guest.memory.writeInt(IOVECS + 4, text.length());
		assertThat(this.guest.wasi("fd_pwrite", 1, IOVECS, 1, 99L, FakeGuest.FIRST)).isZero();
		assertThat(this.guest.host.calls).containsExactly("write 1 hello");
	}

	@Test
	void theStatusOfAStreamSaysWhatCanBeDoneWithIt() {
		assertThat(this.guest.wasi("fd_fdstat_get", 0, FakeGuest.FIRST)).isZero();
		assertThat(this.guest.memory.readLong(FakeGuest.FIRST + 8)).isEqualTo(2);
		assertThat(this.guest.wasi("fd_fdstat_get", 1, FakeGuest.FIRST)).isZero();
		assertThat(this.guest.memory.readLong(FakeGuest.FIRST)).isZero();
		assertThat(this.guest.memory.readLong(FakeGuest.FIRST + 8)).isEqualTo(64);
		assertThat(this.guest.memory.readLong(FakeGuest.FIRST + 16)).isZero();
		assertThat(this.guest.wasi("fd_fdstat_get", 3, FakeGuest.FIRST)).isEqualTo(8);
		assertThat(this.guest.wasi("fd_fdstat_get", 1, FakeGuest.OUTSIDE)).isEqualTo(21);
	}

	@Test
	void thereAreNoDirectories() {
		assertThat(this.guest.wasi("fd_prestat_get", 3, FakeGuest.FIRST)).isEqualTo(8);
		assertThat(this.guest.wasi("fd_prestat_dir_name", 3, FakeGuest.FIRST, 1)).isEqualTo(52);
		assertThat(this.guest.wasi("path_open", 3, 0, 0, 0, 0, 0L, 0L, 0, FakeGuest.FIRST)).isEqualTo(44);
		assertThat(this.guest.wasi("path_filestat_get", 3, 0, 0, 0, FakeGuest.FIRST)).isEqualTo(58);
	}

	@Test
	void theStreamsCannotBeReadButClosedAndSought() {
		assertThat(this.guest.wasi("fd_read", 0, 0, 0, FakeGuest.FIRST)).isEqualTo(52);
		assertThat(this.guest.wasi("fd_close", 1)).isZero();
		assertThat(this.guest.wasi("fd_seek", 1, 0L, 0, FakeGuest.FIRST)).isZero();
		assertThat(this.guest.memory.readLong(FakeGuest.FIRST)).isZero();
		assertThat(this.guest.wasi("fd_tell", 1, FakeGuest.FIRST)).isZero();
		assertThat(this.guest.wasi("fd_tell", 5, FakeGuest.FIRST)).isEqualTo(8);
		assertThat(this.guest.wasi("fd_sync", 2)).isZero();
		assertThat(this.guest.wasi("fd_sync", 5)).isEqualTo(8);
		assertThat(this.guest.wasi("fd_fdstat_set_flags", 1, 4)).isEqualTo(52);
		assertThat(this.guest.wasi("fd_renumber", 1, 2)).isEqualTo(58);
		assertThat(this.guest.wasi("fd_renumber", 0, 1)).isEqualTo(8);
		assertThat(this.guest.wasi("fd_renumber", 1, 3)).isEqualTo(8);
	}

	@Test
	void thereAreNoSockets() {
		assertThat(this.guest.wasi("sock_shutdown", 3, 0)).isEqualTo(58);
		assertThat(this.guest.wasi("sock_accept", 3, 0, FakeGuest.FIRST)).isEqualTo(58);
	}

	@Test
	void resultsOfUnsupportedFunctionsAreZero() {
		this.guest.memory.writeLong(FakeGuest.FIRST, -1);
		assertThat(this.guest.wasi("fd_readdir", 3, 0, 0, 0L, FakeGuest.FIRST)).isEqualTo(20);
		assertThat(this.guest.memory.readLong(FakeGuest.FIRST)).isEqualTo(0xffffffffL << 32);
		this.guest.memory.writeLong(FakeGuest.FIRST, -1);
		assertThat(this.guest.wasi("path_readlink", 3, 0, 0, 0, 0, FakeGuest.FIRST)).isEqualTo(58);
		assertThat(this.guest.result(FakeGuest.FIRST)).isZero();
		this.guest.memory.writeLong(FakeGuest.FIRST, -1);
		assertThat(this.guest.wasi("sock_accept", 3, 0, FakeGuest.FIRST)).isEqualTo(58);
		assertThat(this.guest.result(FakeGuest.FIRST)).isZero();
		this.guest.memory.writeLong(FakeGuest.FIRST, -1);
		assertThat(this.guest.wasi("sock_recv", 3, 0, 0, 0, FakeGuest.FIRST, FakeGuest.FIRST + 4)).isEqualTo(58);
		assertThat(this.guest.memory.readLong(FakeGuest.FIRST)).isEqualTo(0xffff0000L << 32);
		this.guest.memory.writeLong(FakeGuest.FIRST, -1);
		assertThat(this.guest.wasi("sock_send", 3, 0, 0, 0, FakeGuest.FIRST)).isEqualTo(58);
		assertThat(this.guest.result(FakeGuest.FIRST)).isZero();
		assertThat(this.guest.wasi("fd_readdir", 3, 0, 0, 0L, FakeGuest.OUTSIDE)).isEqualTo(21);
		assertThat(this.guest.wasi("sock_recv", 3, 0, 0, 0, FakeGuest.FIRST, FakeGuest.OUTSIDE)).isEqualTo(21);
	}

	@Test
	void theOlderModuleNameLeadsToTheSameStreams() {
		write(1, "one ");
		FakeGuest.Slice text = this.guest.text("line\n");
		this.guest.memory.writeInt(IOVECS, text.pointer());
		this.guest.memory.writeInt(IOVECS + 4, text.length());
		assertThat(this.guest.invoke("wasi_unstable", "fd_write", 1, IOVECS, 1, FakeGuest.FIRST)).isZero();
		assertThat(this.guest.host.calls).containsExactly("write 1 one line");
	}

}
