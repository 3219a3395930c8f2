package io.gatewaywasm.registry.oci;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * Fails when more than a limit is read, for example from an archive that was crafted to
 * unpack to a thousand times its size.
 */
final class BoundedStream extends FilterInputStream {

	private long remaining;

	BoundedStream(InputStream input, long limit) {
		super(input);
		this.remaining = limit;
	}

	@Override
	public int read() throws IOException {
		int value = super.read();
		if (value >= 0) {
			count(1);
		}
		return value;
	}

	@Override
	public int read(byte[] buffer, int offset, int length) throws IOException {
		int read = super.read(buffer, offset, length);
		if (read > 0) {
			count(read);
		}
		return read;
	}

	@Override
	public long skip(long length) throws IOException {
		long skipped = super.skip(Math.min(length, this.remaining + 1));
		count(skipped);
		return skipped;
	}

	private void count(long read) throws IOException {
		this.remaining -= read;
		if (this.remaining < 0) {
			throw new TooMuchException();
		}
	}

	/**
	 * Thrown when the limit is exceeded.
	 */
	static final class TooMuchException extends IOException {

		private static final long serialVersionUID = 1L;

	}

}
