package io.gatewaywasm.registry.oci;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

import io.gatewaywasm.registry.FetchFailure;
import io.gatewaywasm.registry.ModuleFetchException;
import org.jspecify.annotations.Nullable;

/**
 * Extracts the module from an archive layer. Nothing is written to disk and no link is
 * followed, so entry names cannot escape to the file system. {@code config} is the
 * runtime configuration, or {@code null}.
 */
record LayerArchive(byte[] module, byte @Nullable [] config) {

	private static final String MODULE = "plugin.wasm";

	/**
	 * Marks a layer that is itself a module although its media type is that of an
	 * archive, which is the default of oras.
	 */
	private static final byte[] MAGIC = { 0, 'a', 's', 'm' };

	private static final String CONFIG = "runtime-config.json";

	/** The maximum size of all other entries of the archive. */
	private static final long SURPLUS = 1024 * 1024;

	/**
	 * Reads an archive. {@code layer} is the archive, possibly compressed. {@code limit}
	 * is the maximum size of the module in bytes. Throws {@link ModuleFetchException} if
	 * it contains no module, or exceeds a limit.
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
					throw unsupported(
							"The entry '%s' in the image's layer points outside of the image".formatted(entry.name()),
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
				throw unsupported("The image's layer does not contain 'plugin.wasm'", null);
			}
			return new LayerArchive(module, config);
		}
		catch (BoundedStream.TooMuchException ex) {
			throw tooLarge("The image's layer is too large when unpacked", limit, ex);
		}
		catch (EOFException ex) {
			throw unsupported("The image's layer cannot be unpacked: it is truncated", ex);
		}
		catch (IOException ex) {
			throw unsupported("The image's layer cannot be unpacked: " + ex.getMessage(), ex);
		}
	}

	private static byte[] content(TarReader tar, TarReader.Entry entry, long limit) throws IOException {
		if (!entry.isRegularFile()) {
			throw unsupported(
					"The entry '%s' in the image's layer is a link or device, not a file".formatted(entry.name()),
					null);
		}
		if (entry.size() > limit) {
			throw tooLarge("The entry '%s' in the image's layer has %d bytes".formatted(entry.name(), entry.size()),
					limit, null);
		}
		return tar.content();
	}

	private static InputStream decompress(byte[] layer) throws IOException {
		InputStream input = new ByteArrayInputStream(layer);
		boolean gzip = layer.length > 1 && layer[0] == 0x1f && (layer[1] & 0xff) == 0x8b;
		return gzip ? new GzipMembers(input) : input;
	}

	private static ModuleFetchException tooLarge(String what, long limit, @Nullable Exception cause) {
		return new ModuleFetchException(FetchFailure.TOO_LARGE,
				"%s, but at most %d bytes are allowed".formatted(what, limit),
				"If the module is expected to be that large, raise 'gateway.wasm.fetch.max-module-size'.", cause);
	}

	private static ModuleFetchException unsupported(String message, @Nullable Exception cause) {
		return new ModuleFetchException(FetchFailure.UNSUPPORTED_IMAGE, message,
				"Pack the module in one of the formats listed in docs/modules.md.", cause);
	}

}
