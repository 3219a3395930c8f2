package io.gatewaywasm.tck.generate;

import java.util.ArrayList;
import java.util.List;

/**
 * The host calls of wide exchanges, as lines of the driver's script. {@code %s} is the
 * direction.
 */
enum HostCallGrammar {

	/** Changes and reads of the headers. */
	HEADERS("add %s x-new 1", "add %s X-New 2", "add %s x-a \"\"", "add %s x-a 3", "replace %s x-a 2",
			"replace %s X-A \"\"", "replace %s x-none 1", "remove %s x-a", "remove %s X-A", "remove %s x-none",
			"get %s x-a", "get %s X-A", "get %s x-none", "pairs %s", "body %s", "body-status %s"),

	/** Replacements of all headers of a request. */
	REQUEST_PAIRS(
			"set-pairs request :authority=tck.example :path=/other :method=%s :scheme=http x-forwarded-proto=http x-a=1 X-A=2 x-b="),

	/** Replacements of all headers of a response. */
	RESPONSE_PAIRS("set-pairs response :status=%s x-a=1 X-A=2 x-b=", "set-pairs response :status=%s"),

	/** Changes and reads of trailers. */
	TRAILERS("get %s-trailers x-t", "get %s-trailers X-T", "add %s-trailers x-new 1", "add %s-trailers X-T \"\"",
			"replace %s-trailers x-t 2", "replace %s-trailers x-none 1", "remove %s-trailers x-t",
			"remove %s-trailers x-u", "pairs %s-trailers", "set-pairs %s-trailers x-n=1 X-N=2", "get %s x-a"),

	/** Changes and reads of a body that is buffered completely. */
	BODY("body %s", "body %s 0 3", "body %s 3 100", "body %s 100 5", "body %s 0 0", "body-status %s",
			"set-body %s 0 0 pre", "set-body %s 0 all new", "set-body %s 0 all \"\"", "set-body %s end 0 post",
			"set-body %s 0 2 x", "set-body %s 2 100 y", "set-body %s 100 5 z", "set-body %s 100 all z",
			"set-body %s 0 0 \"\"", "set-body %s 1 2 \"\"", "set-body %s 0 all @30000:cd"),

	/** Properties and shared data. */
	STATE("set-property own 1", "set-property own \"\"", "set-property own.part 2", "property own", "property own.part",
			"property request.method", "property request.path", "property request.host", "property request.query",
			"property request.headers.x-a", "property request.protocol", "property response.code",
			"property response.headers.x-a", "property response.trailers.x-t", "property plugin_root_id",
			"property none", "shared key", "set-shared key one 0", "set-shared key two cas", "set-shared key \"\" 0",
			"register-queue mine", "dequeue"),

	/** Reads at the end of a stream. */
	END("get response :status", "get response x-a", "get response x-new", "get request :path", "get request x-a",
			"get response-trailers x-t", "property response.code", "property response.code_details", "property own",
			"shared key", "say end"),

	/** Reads of the response to a callout. */
	CALL("get call :status", "get call x-a", "body call", "body call 1 100", "get call-trailers x-ct",
			"size call-trailers", "replace call x-a 2");

	private final List<String> templates;

	HostCallGrammar(String... templates) {
		this.templates = List.of(templates);
	}

	/** Adds up to {@code most} lines. */
	void some(Choice choice, int most, String argument, List<String> lines) {
		for (int i = choice.below(most + 1); i > 0; i--) {
			lines.add(choice.oneOf(this.templates).replace("%s", argument));
		}
	}

	/** Returns a list with up to {@code most} lines. */
	List<String> some(Choice choice, int most, String argument) {
		List<String> lines = new ArrayList<>();
		some(choice, most, argument, lines);
		return lines;
	}

}
