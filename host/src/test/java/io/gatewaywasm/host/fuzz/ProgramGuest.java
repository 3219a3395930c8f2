package io.gatewaywasm.host.fuzz;

import java.util.List;

import com.dylibso.chicory.wabt.Wat2Wasm;
import io.gatewaywasm.host.imports.ImportTable;
import io.gatewaywasm.host.imports.ImportedFunction;

/**
 * A guest that makes the host calls of a program. The program is in the header {@code
 * x-program}: one byte for the function, then for each argument a byte below 240 for that
 * value, a byte from 240 to 254 for one of a list of values that hosts often handle
 * wrongly, or 255 followed by the value.
 */
final class ProgramGuest {

	private static final List<ImportedFunction> FUNCTIONS = ImportTable.functions();

	private static final long[] VALUES = { -1, 0x7fffffff, 0x80000000L, 0xfffffff0L, 65535, 65536, 262143, 262144,
			262140, 1024, 4096, 100_000, 0x10000000, -2, 240 };

	private ProgramGuest() {
	}

	static byte[] wasm() {
		StringBuilder wat = new StringBuilder("(module\n");
		for (int i = 0; i < FUNCTIONS.size(); i++) {
			ImportedFunction function = FUNCTIONS.get(i);
			wat.append("(import \"%s\" \"%s\" (func $f%d".formatted(function.module(), function.name(), i));
			function.signature().parameters().forEach((type) -> wat.append(" (param ").append(type).append(')'));
			function.signature().results().forEach((type) -> wat.append(" (result ").append(type).append(')'));
			wat.append("))\n");
		}
		wat.append(
				"""
						(import "env" "proxy_get_header_map_value"
							(func $header (param i32 i32 i32 i32 i32) (result i32)))
						(memory (export "memory") 4 64)
						(global $bump (mut i32) (i32.const 4096))
						(global $pc (mut i32) (i32.const 0))
						(data (i32.const 0) "x-program")
						(data (i32.const 1024) "x-headernamea valueGET/localhost")
						(data (i32.const 1280) "\\03\\00\\00\\00\\07\\00\\00\\00\\03\\00\\00\\00\\05\\00\\00\\00\\02\\00\\00\\00")
						(data (i32.const 1300) "\\0a\\00\\00\\00\\01\\00\\00\\00:method\\00GET\\00:path\\00/x\\00:authority\\00a\\00")
						(data (i32.const 1536) "auth\\00request\\00path\\00plugin_name\\00compress\\00")
						(func (export "proxy_abi_version_0_2_1"))
						(func (export "proxy_on_context_create") (param i32 i32))
						(func (export "malloc") (param $size i32) (result i32)
							(local $p i32)
							(local.set $p (global.get $bump))
							(if (i32.gt_u (local.get $size) (i32.sub (i32.mul (memory.size) (i32.const 65536)) (local.get $p)))
								(then (return (i32.const 0))))
							(global.set $bump (i32.add (local.get $p) (local.get $size)))
							(local.get $p))
						(func $byte (result i32)
							(local $p i32)
							(local.set $p (global.get $pc))
							(global.set $pc (i32.add (local.get $p) (i32.const 1)))
							(i32.load8_u (local.get $p)))
						(func $arg (result i64)
							(local $s i32)
							(local.set $s (call $byte))
							(if (i32.lt_u (local.get $s) (i32.const 240)) (then (return (i64.extend_i32_u (local.get $s)))))
							(if (i32.lt_u (local.get $s) (i32.const 255)) (then (return (i64.load
								(i32.add (i32.const 128) (i32.shl (i32.sub (local.get $s) (i32.const 240)) (i32.const 3)))))))
							(global.set $pc (i32.add (global.get $pc) (i32.const 8)))
							(i64.load (i32.sub (global.get $pc) (i32.const 8))))
						""");
		wat.append("(data (i32.const 128) \"");
		for (long value : VALUES) {
			for (int i = 0; i < 8; i++) {
				wat.append("\\%02x".formatted((value >> (8 * i)) & 0xff));
			}
		}
		wat.append("\")\n(func $run (local $end i32) (local $op i32)\n").append("""
				(global.set $bump (i32.const 4096))
				(i32.store (i32.const 20) (i32.const 0))
				(drop (call $header (i32.const 0) (i32.const 0) (i32.const 9) (i32.const 16) (i32.const 20)))
				(global.set $pc (i32.load (i32.const 16)))
				(local.set $end (i32.add (i32.load (i32.const 16)) (i32.load (i32.const 20))))
				(loop $next
					(if (i32.ge_u (global.get $pc) (local.get $end)) (then (return)))
					(local.set $op (call $byte))
				""");
		for (int i = 0; i < FUNCTIONS.size(); i++) {
			wat.append("(if (i32.eq (local.get $op) (i32.const %d)) (then ".formatted(i));
			String call = call(i);
			wat.append(FUNCTIONS.get(i).signature().results().isEmpty() ? call : "(drop " + call + ")");
			wat.append(" (br $next)))\n");
		}
		wat.append("(br $next)))\n");
		callback(wat, "proxy_on_request_headers", 3, true);
		callback(wat, "proxy_on_request_body", 3, true);
		callback(wat, "proxy_on_response_headers", 3, true);
		callback(wat, "proxy_on_response_body", 3, true);
		callback(wat, "proxy_on_log", 1, false);
		return Wat2Wasm.parse(wat.append(")\n").toString());
	}

	private static String call(int index) {
		StringBuilder call = new StringBuilder("(call $f%d".formatted(index));
		for (String type : FUNCTIONS.get(index).signature().parameters()) {
			call.append(switch (type) {
				case "i32" -> " (i32.wrap_i64 (call $arg))";
				case "i64" -> " (call $arg)";
				case "f32" -> " (f32.convert_i64_s (call $arg))";
				default -> " (f64.convert_i64_s (call $arg))";
			});
		}
		return call.append(')').toString();
	}

	private static void callback(StringBuilder wat, String name, int parameters, boolean result) {
		wat.append("(func (export \"%s\")%s%s (call $run)%s)\n".formatted(name, " (param i32)".repeat(parameters),
				result ? " (result i32)" : "", result ? " (i32.const 0)" : ""));
	}

}
