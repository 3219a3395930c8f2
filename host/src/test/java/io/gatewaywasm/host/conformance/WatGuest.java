package io.gatewaywasm.host.conformance;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Builds a guest in the text format. It has 2 pages of memory, an allocator that never
 * frees, and {@code $say}, which logs a number as 8 hex digits.
 */
final class WatGuest {

	private static final String SAY = """
			(func $digit (param $n i32) (result i32)
			  (i32.add (local.get $n) (select (i32.const 48) (i32.const 87) (i32.lt_u (local.get $n) (i32.const 10)))))
			(func $say (param $n i32) (local $i i32)
			  (local.set $i (i32.const 8))
			  (loop $next
			    (local.set $i (i32.sub (local.get $i) (i32.const 1)))
			    (i32.store8 (i32.add (i32.const 8) (local.get $i)) (call $digit (i32.and (local.get $n) (i32.const 15))))
			    (local.set $n (i32.shr_u (local.get $n) (i32.const 4)))
			    (br_if $next (local.get $i)))
			  (drop (call $log (i32.const 2) (i32.const 8) (i32.const 8))))
			""";

	private static final String MALLOC = """
			(global $heap (mut i32) (i32.const 65536))
			(func $allocate (param $size i32) (result i32)
			  (global.get $heap)
			  (global.set $heap (i32.add (global.get $heap) (local.get $size))))
			""";

	private final Map<String, String> imports = new LinkedHashMap<>();

	private final StringBuilder functions = new StringBuilder();

	private String abi = "0_2_1";

	private String allocator = MALLOC + "(export \"malloc\" (func $allocate))";

	WatGuest() {
		function("env.proxy_log", "$log", "(param i32 i32 i32) (result i32)");
	}

	/** Sets another ABI marker, or none if it is empty. */
	WatGuest abi(String version) {
		this.abi = version;
		return this;
	}

	/** Sets another allocator, or none if it is empty. */
	WatGuest allocator(String wat) {
		this.allocator = wat;
		return this;
	}

	/** Exports the allocator under another name. */
	WatGuest allocatorNamed(String export) {
		return allocator(MALLOC + "(export \"" + export + "\" (func $allocate))");
	}

	/** Imports {@code module.name} as a function. */
	WatGuest function(String qualifiedName, String identifier, String type) {
		int dot = qualifiedName.indexOf('.');
		this.imports.put(qualifiedName, "(import \"%s\" \"%s\" (func %s %s))%n"
			.formatted(qualifiedName.substring(0, dot), qualifiedName.substring(dot + 1), identifier, type));
		return this;
	}

	WatGuest export(String name, String typeAndBody) {
		this.functions.append("(func (export \"%s\") %s)%n".formatted(name, typeAndBody));
		return this;
	}

	/** Runs the body for each request. The callback returns {@code Continue}. */
	WatGuest onRequestHeaders(String body) {
		return export("proxy_on_request_headers", "(param i32 i32 i32) (result i32) " + body + " (i32.const 0)");
	}

	/** Runs the body for each response. The callback returns {@code Continue}. */
	WatGuest onResponseHeaders(String body) {
		return export("proxy_on_response_headers", "(param i32 i32 i32) (result i32) " + body + " (i32.const 0)");
	}

	/** Adds any other field, such as data or a start section. */
	WatGuest with(String wat) {
		this.functions.append(wat).append('\n');
		return this;
	}

	@Override
	public String toString() {
		String marker = this.abi.isEmpty() ? ""
				: "(func (export \"proxy_abi_version_" + this.abi + "\"))" + System.lineSeparator();
		return "(module\n" + String.join("", this.imports.values()) + "(memory (export \"memory\") 2)\n" + SAY
				+ this.allocator + "\n" + marker + this.functions + ")";
	}

}
