package io.gatewaywasm.host.foreign;

import java.io.ByteArrayOutputStream;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

import io.gatewaywasm.host.abi.Status;
import io.gatewaywasm.host.abi.StatusException;
import io.gatewaywasm.host.spi.ForeignCall;

/**
 * {@code compress} and {@code uncompress}: data in zlib's format, whole. What comes of
 * uncompressing is bounded, since a few bytes can become very many.
 */
final class Compression {

	/** How large uncompressed data may become. */
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
					// Cut short, or needs a dictionary.
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
