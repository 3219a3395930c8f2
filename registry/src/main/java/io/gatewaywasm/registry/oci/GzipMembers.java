package io.gatewaywasm.registry.oci;

import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;

/**
 * Decompresses gzip, which consists of any number of members. The JDK's stream calls
 * itself for each member that is empty, so that thousands of them would exhaust the
 * stack.
 */
final class GzipMembers extends GZIPInputStream {

	private static final int MAX_EMPTY_MEMBERS = 100;

	private int depth;

	GzipMembers(InputStream input) throws IOException {
		super(input);
	}

	@Override
	public int read(byte[] buffer, int offset, int length) throws IOException {
		if (this.depth > MAX_EMPTY_MEMBERS) {
			throw new IOException("it has more than %d empty gzip members in a row".formatted(MAX_EMPTY_MEMBERS));
		}
		this.depth++;
		try {
			return super.read(buffer, offset, length);
		}
		finally {
			this.depth--;
		}
	}

}
