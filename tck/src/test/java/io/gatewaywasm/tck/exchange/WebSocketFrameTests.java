package io.gatewaywasm.tck.exchange;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class WebSocketFrameTests {

	@Test
	void maskedFrameIsReadAndSentWithoutMask() throws IOException {
		byte[] masked = { (byte) 0x81, (byte) 0x82, 1, 2, 3, 4, 'h' ^ 1, 'i' ^ 2 };
		WebSocketFrame frame = WebSocketFrame.read(new DataInputStream(new ByteArrayInputStream(masked)));
		assertThat(frame).hasToString("81 hi");
		ByteArrayOutputStream output = new ByteArrayOutputStream();
		frame.write(output);
		assertThat(output.toByteArray()).containsExactly(0x81, 2, 'h', 'i');
	}

	@Test
	void acceptHeaderFollowsTheStandard() {
		assertThat(WebSocketFrame.accept("dGhlIHNhbXBsZSBub25jZQ==")).isEqualTo("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
	}

}
