package io.gatewaywasm.converter;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The command that reads filter configurations of other gateways and prints them as
 * properties of this gateway.
 */
public final class Converter {

	static final String USAGE = """
			Converts filter configurations of other gateways to properties of Gateway Wasm.

			java -jar gateway-wasm-converter.jar [--strict] FILE...

			Reads YAML or JSON; '-' is standard input:
			  Istio          WasmPlugin, TrafficExtension, EnvoyFilter
			  Envoy Gateway  EnvoyExtensionPolicy
			  Envoy          bootstrap, listener, dump or filter with envoy.filters.http.wasm, and clusters
			  Higress        WasmPlugin, McpBridge
			  APISIX         config.yaml and apisix.yaml, or resources and answers of the Admin API

			Prints 'application.yaml'. What has no equivalent is listed in comments and on standard error: fields of
			filters, conditions on where they run, and other filters next to them.

			  --strict       exit with 2 if anything has no equivalent
			""";

	private Converter() {
	}

	/**
	 * Converts files.
	 * @param arguments the files, and options
	 */
	public static void main(String... arguments) {
		System.exit(run(System.in, System.out, System.err, arguments));
	}

	static int run(InputStream input, PrintStream output, PrintStream errors, String... arguments) {
		List<String> files = new ArrayList<>();
		boolean strict = false;
		for (String argument : arguments) {
			if (argument.equals("--strict")) {
				strict = true;
			}
			else if (argument.startsWith("-") && !argument.equals("-")) {
				errors.print(USAGE);
				return 1;
			}
			else {
				files.add(argument);
			}
		}
		if (files.isEmpty()) {
			errors.print(USAGE);
			return 1;
		}
		try {
			Conversion conversion = convert(input, files);
			output.print(GatewayYaml.write(conversion));
			conversion.notes().forEach((note) -> errors.println("Not converted: " + note));
			return (strict && !conversion.notes().isEmpty()) ? 2 : 0;
		}
		catch (ConverterException ex) {
			errors.println(ex.getMessage());
			return 1;
		}
	}

	private static Conversion convert(InputStream input, List<String> files) {
		Sources sources = new Sources();
		for (String file : files) {
			sources.add(file, read(input, file));
		}
		Conversion conversion = sources.convert();
		if (conversion.isEmpty()) {
			List<String> notes = conversion.notes()
				.stream()
				.filter((note) -> files.stream().noneMatch((file) -> note.equals(Sources.NOTHING.formatted(file))))
				.toList();
			throw new ConverterException("No Wasm filter found in %s.%s".formatted(String.join(", ", files),
					notes.isEmpty() ? "" : "\n" + String.join("\n", notes)));
		}
		return conversion;
	}

	private static String read(InputStream input, String file) {
		try {
			return file.equals("-") ? new String(input.readAllBytes(), StandardCharsets.UTF_8)
					: Files.readString(Path.of(file));
		}
		catch (IOException ex) {
			throw new ConverterException("'%s' cannot be read: %s".formatted(file, ex));
		}
	}

}
