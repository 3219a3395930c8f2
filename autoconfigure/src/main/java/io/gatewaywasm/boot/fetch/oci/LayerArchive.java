package io.gatewaywasm.boot.fetch.oci;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;

import io.gatewaywasm.boot.fetch.FetchFailure;
import io.gatewaywasm.boot.fetch.ModuleFetchException;
import org.jspecify.annotations.Nullable;

/**
 * Takes the module out of a layer that is an archive. Nothing is written to disk and no
 * link is followed, so that names in the archive are no more than names.
 *
 * @param module the module
 * @param config its configuration at run time, or {@code null}
 */
record LayerArchive(byte[] module, byte @Nullable [] config) {

	private static final String MODULE = "plugin.wasm";

	/**
	 * A layer that is a module, whatever its type says, as oras types what it is not
	 * told.
	 */
	private static final byte[] MAGIC = { 0, 'a', 's', 'm' };

	private static final String CONFIG = "runtime-config.json";

	/** What an archive may hold beside the module. */
	private static final long SURPLUS = 1024 * 1024;

	/**
	 * Read an archive.
	 * @param layer the archive, possibly compressed
	 * @param limit how large the module may be in bytes
	 * @return what is in it
	 * @throws ModuleFetchException if there is no module in it, or too much of anything
	 */
	static LayerArchive read(byte[] layer, long limit) {
		if (Arrays.equals(layer, 0, Math.min(MAGIC.length, layer.length), MAGIC, 0, MAGIC.length)) {
			return new LayerArchive(layer, null);
		}
		try (InputStream input = new BoundedStream(decompress(layer), limit + SURPLUS)) {
			TarReader tar = new TarReader(input);
			byte[] module = null;
			byte[] config = null;
			for (TarReader.Entry entry = tar.next(); entry != null; entry = tar.next()) {
				if (entry.isOutside()) {
					throw unsupported("'%s' in the image's layer is outside of the image".formatted(entry.name()),
							null);
				}
				if (module == null && entry.baseName().equals(MODULE) && !entry.isDirectory()) {
					module = content(tar, entry, limit);
				}
				else if (config == null && entry.baseName().equals(CONFIG) && entry.isRegularFile()) {
					config = content(tar, entry, SURPLUS);
				}
			}
			if (module == null) {
				throw unsupported("The image's layer holds no 'plugin.wasm'", null);
			}
			return new LayerArchive(module, config);
		}
		catch (BoundedStream.TooMuchException ex) {
			throw tooLarge("The image's layer unpacks to more", limit, ex);
		}
		catch (EOFException ex) {
			throw unsupported("The image's layer cannot be unpacked: it ends too early", ex);
		}
		catch (IOException ex) {
			throw unsupported("The image's layer cannot be unpacked: " + ex.getMessage(), ex);
		}
	}

	private static byte[] content(TarReader tar, TarReader.Entry entry, long limit) throws IOException {
		if (!entry.isRegularFile()) {
			throw unsupported("'%s' in the image's layer is a link or device, not a file".formatted(entry.name()),
					null);
		}
		if (entry.size() > limit) {
			throw tooLarge("'%s' in the image's layer has %d bytes".formatted(entry.name(), entry.size()), limit, null);
		}
		return tar.content();
	}

	private static InputStream decompress(byte[] layer) throws IOException {
		InputStream input = new ByteArrayInputStream(layer);
		boolean gzip = layer.length > 1 && layer[0] == 0x1f && (layer[1] & 0xff) == 0x8b;
		return gzip ? new GZIPInputStream(input) : input;
	}

	private static ModuleFetchException tooLarge(String what, long limit, @Nullable Exception cause) {
		return new ModuleFetchException(FetchFailure.TOO_LARGE,
				"%s, where at most %d bytes are allowed".formatted(what, limit),
				"Raise 'gateway.wasm.fetch.max-module-size' if the module is meant to be that large.", cause);
	}

	private static ModuleFetchException unsupported(String message, @Nullable Exception cause) {
		return new ModuleFetchException(FetchFailure.UNSUPPORTED_IMAGE, message,
				"Pack the module in one of the formats that docs/modules.md lists.", cause);
	}

}
