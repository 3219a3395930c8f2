package io.gatewaywasm.tck.exchange;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class SendWindowTests {

	private final SendWindow window = new SendWindow();

	@Test
	void windowIsUnlimitedUntilEnabled() throws IOException {
		assertThat(this.window.take(100000)).isEqualTo(100000);
	}

	@Test
	void noMoreIsTakenThanBothWindowsAllow() throws IOException {
		this.window.enable();
		assertThat(this.window.take(100000)).isEqualTo(65535);
		CompletableFuture<Integer> next = taken();
		this.window.update(update(0, 10));
		assertThat(next).isNotDone();
		this.window.update(update(1, 7));
		assertThat(next.join()).isEqualTo(7);
	}

	@Test
	void settingsChangeTheWindowOfTheStream() throws IOException {
		this.window.enable();
		byte[] size = ByteBuffer.allocate(6).putShort((short) 4).putInt(100).array();
		this.window.settings(new Http2Frame(Http2Frame.SETTINGS, 0, 0, size));
		assertThat(this.window.take(1000)).isEqualTo(100);
	}

	@Test
	void waitEndsWithTheConnection() throws IOException {
		this.window.enable();
		this.window.take(65535);
		CompletableFuture<Integer> next = taken();
		this.window.close();
		assertThatExceptionOfType(CompletionException.class).isThrownBy(next::join)
			.withRootCauseInstanceOf(IOException.class);
	}

	private CompletableFuture<Integer> taken() {
		return CompletableFuture.supplyAsync(() -> {
			try {
				return this.window.take(100);
			}
			catch (IOException ex) {
				throw new CompletionException(ex);
			}
		});
	}

	private static Http2Frame update(int stream, int credit) {
		return new Http2Frame(Http2Frame.WINDOW_UPDATE, 0, stream, ByteBuffer.allocate(4).putInt(credit).array());
	}

}
