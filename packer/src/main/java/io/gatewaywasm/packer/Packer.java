package io.gatewaywasm.packer;

import java.io.IOException;
import java.nio.file.Files;

/**
 * The command that packs and pushes a filter.
 */
public final class Packer {

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
		catch (IOException ex) {
			System.err.println("The file cannot be read: " + ex);
			System.exit(1);
		}
	}

	static String run(PackerOptions options) throws IOException {
		byte[] wasm = Files.readAllBytes(options.wasm());
		byte[] runtimeConfig = (options.runtimeConfig() != null) ? Files.readAllBytes(options.runtimeConfig())
				: RuntimeConfig.of(wasm, options.rootIds());
		Image image = options.format().pack(wasm, runtimeConfig);
		String digest = new RegistryPush(options.target(), options.insecure(), options.credentials()).push(image);
		return "Pushed oci://%s@%s".formatted(options.target(), digest);
	}

}
