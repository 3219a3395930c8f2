package io.gatewaywasm.packer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;

import io.gatewaywasm.registry.ModuleFetchException;
import io.gatewaywasm.registry.http.JdkHttpTransport;
import io.gatewaywasm.registry.oci.Image;
import io.gatewaywasm.registry.oci.ImagePush;

/**
 * The command that packs and pushes a filter.
 */
public final class Packer {

	/** The first bytes of a core module of version 1. */
	private static final byte[] MODULE = { 0, 'a', 's', 'm', 1, 0, 0, 0 };

	private Packer() {
	}

	/**
	 * Packs and pushes a filter.
	 * @param arguments the file, the target and options
	 */
	public static void main(String... arguments) {
		try {
			System.out.println(run(PackerOptions.parse(arguments)));
		}
		catch (PackerException ex) {
			System.err.println(ex.getMessage());
			System.exit(1);
		}
		catch (ModuleFetchException ex) {
			System.err.println(ex.getMessage() + ". " + ex.getRemedy());
			System.exit(1);
		}
		catch (NoSuchFileException ex) {
			System.err.println("'%s' does not exist.".formatted(ex.getFile()));
			System.exit(1);
		}
		catch (IOException ex) {
			System.err.println("The file cannot be read: " + ex);
			System.exit(1);
		}
	}

	static String run(PackerOptions options) throws IOException {
		byte[] wasm = Files.readAllBytes(options.wasm());
		if (wasm.length < MODULE.length || !Arrays.equals(MODULE, 0, MODULE.length, wasm, 0, MODULE.length)) {
			throw new PackerException(
					"'%s' is not a WebAssembly module, so no gateway can run it.".formatted(options.wasm())
							+ " Build the filter for a target such as wasm32-wasip1.");
		}
		byte[] runtimeConfig = (options.runtimeConfig() != null) ? Files.readAllBytes(options.runtimeConfig())
				: RuntimeConfig.of(wasm, options.rootIds());
		Image image = options.format().pack(wasm, runtimeConfig);
		String digest = new ImagePush(new JdkHttpTransport(), options.target(), options.insecure(),
				options.credentials())
			.push(image);
		return "Pushed oci://%s@%s".formatted(options.target(), digest);
	}

}
