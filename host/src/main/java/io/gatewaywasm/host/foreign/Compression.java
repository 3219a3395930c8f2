package io.gatewaywasm.host.foreign;

import java.io.ByteArrayOutputStream;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

import io.gatewaywasm.host.abi.Status;
import io.gatewaywasm.host.abi.StatusException;
import io.gatewaywasm.host.spi.ForeignCall;

/**
 * The functions {@code compress} and {@code uncompress}, which convert data to and from
 * the zlib format. The size of uncompressed data is limited, because a few bytes can
 * expand to very many.
 */
final class Compression {

	/** The maximum size of uncompressed data. */
	static final int MAX_UNCOMPRESSED = 16 * 1024 * 1024;

	private static final int CHUNK = 8 * 1024;

	private Compression() {
	}

	static byte[] compress(ForeignCall call, byte[] arguments) {
		Deflater deflater = new Deflater();
		try {
			deflater.setInput(arguments);
			deflater.finish();
			ByteArrayOutputStream result = new ByteArrayOutputStream();
			byte[] chunk = new byte[CHUNK];
			while (!deflater.finished()) {
				result.write(chunk, 0, deflater.deflate(chunk));
			}
			return result.toByteArray();
		}
		finally {
			deflater.end();
		}
	}

	static byte[] uncompress(ForeignCall call, byte[] arguments) {
		Inflater inflater = new Inflater();
		try {
			inflater.setInput(arguments);
			ByteArrayOutputStream result = new ByteArrayOutputStream();
			byte[] chunk = new byte[CHUNK];
			while (!inflater.finished()) {
				int length = inflater.inflate(chunk);
				if (length == 0 && !inflater.finished()) {
					// The data is truncated, or requires a dictionary.
					throw StatusException.of(Status.SERIALIZATION_FAILURE);
				}
				if (result.size() + length > MAX_UNCOMPRESSED) {
					throw StatusException.of(Status.INTERNAL_FAILURE);
				}
				result.write(chunk, 0, length);
			}
			return result.toByteArray();
		}
		catch (DataFormatException ex) {
			throw StatusException.of(Status.SERIALIZATION_FAILURE);
		}
		finally {
			inflater.end();
		}
	}

}
