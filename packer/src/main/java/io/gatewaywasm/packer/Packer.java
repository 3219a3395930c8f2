package io.gatewaywasm.packer;

import java.io.IOException;
import java.nio.file.Files;

import io.gatewaywasm.registry.ModuleFetchException;
import io.gatewaywasm.registry.http.JdkHttpTransport;
import io.gatewaywasm.registry.oci.Image;
import io.gatewaywasm.registry.oci.ImagePush;

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
		catch (PackerException | ModuleFetchException ex) {
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
		String digest = new ImagePush(new JdkHttpTransport(), options.target(), options.insecure(),
				options.credentials())
			.push(image);
		return "Pushed oci://%s@%s".formatted(options.target(), digest);
	}

}
