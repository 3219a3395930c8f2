package io.gatewaywasm.tck.exchange;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The flow control window of one side of an HTTP/2 connection: the smaller window of the
 * connection and of its only stream. One thread sends, another one reads the updates.
 */
final class SendWindow {

	private static final int INITIAL = 65535;

	private static final short INITIAL_WINDOW_SIZE = 4;

	private static final int SETTING_SIZE = 6;

	private boolean enabled;

	private boolean closed;

	private int initial = INITIAL;

	private int stream = INITIAL;

	private int connection = INITIAL;

	/** Makes {@link #take} wait; before, a body is sent whatever its size. */
	synchronized void enable() {
		this.enabled = true;
	}

	/** Waits until a part can be sent, and returns how many of {@code size} bytes. */
	synchronized int take(int size) throws IOException {
		if (!this.enabled || size == 0) {
			return size;
		}
		try {
			while (!this.closed && Math.min(this.stream, this.connection) <= 0) {
				wait();
			}
		}
		catch (InterruptedException ex) {
			throw new IOException(ex);
		}
		if (this.closed) {
			throw new IOException("The connection has ended");
		}
		int taken = Math.min(size, Math.min(this.stream, this.connection));
		this.stream -= taken;
		this.connection -= taken;
		return taken;
	}

	synchronized void update(Http2Frame frame) {
		int credit = ByteBuffer.wrap(frame.payload()).getInt();
		if (frame.stream() == 0) {
			this.connection += credit;
		}
		else {
			this.stream += credit;
		}
		notifyAll();
	}

	/** Applies the settings of the other side, if the frame has some. */
	synchronized void settings(Http2Frame frame) {
		if (frame.type() != Http2Frame.SETTINGS) {
			return;
		}
		ByteBuffer settings = ByteBuffer.wrap(frame.payload());
		while (settings.remaining() >= SETTING_SIZE) {
			short name = settings.getShort();
			int value = settings.getInt();
			if (name == INITIAL_WINDOW_SIZE) {
				this.stream += value - this.initial;
				this.initial = value;
			}
		}
		notifyAll();
	}

	/** Ends the wait of the thread that sends. */
	synchronized void close() {
		this.closed = true;
		notifyAll();
	}

}
