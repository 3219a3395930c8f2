package io.gatewaywasm.host.imports;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import io.gatewaywasm.host.abi.FunctionImport;
import io.gatewaywasm.host.abi.FunctionSignature;
import io.gatewaywasm.host.abi.HostFunction;
import io.gatewaywasm.host.abi.Status;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class ImportTableTests {

	private static final Set<String> SPECIFIED = Set.of("proxy_log", "proxy_get_log_level", "proxy_get_status",
			"proxy_get_current_time_nanoseconds", "proxy_set_tick_period_milliseconds", "proxy_set_effective_context",
			"proxy_done", "proxy_get_configuration", "proxy_get_buffer_bytes", "proxy_get_buffer_status",
			"proxy_set_buffer_bytes", "proxy_get_header_map_pairs", "proxy_get_header_map_size",
			"proxy_get_header_map_value", "proxy_add_header_map_value", "proxy_replace_header_map_value",
			"proxy_remove_header_map_value", "proxy_set_header_map_pairs", "proxy_get_property", "proxy_set_property",
			"proxy_send_local_response", "proxy_continue_request", "proxy_continue_response", "proxy_clear_route_cache",
			"proxy_continue_stream", "proxy_close_stream", "proxy_http_call", "proxy_grpc_call", "proxy_grpc_stream",
			"proxy_grpc_send", "proxy_grpc_cancel", "proxy_grpc_close", "proxy_get_shared_data",
			"proxy_set_shared_data", "proxy_register_shared_queue", "proxy_resolve_shared_queue",
			"proxy_enqueue_shared_queue", "proxy_dequeue_shared_queue", "proxy_define_metric", "proxy_increment_metric",
			"proxy_record_metric", "proxy_get_metric", "proxy_call_foreign_function");

	private static final Set<String> WASI = Set.of("args_get", "args_sizes_get", "environ_get", "environ_sizes_get",
			"clock_res_get", "clock_time_get", "fd_advise", "fd_allocate", "fd_close", "fd_datasync", "fd_fdstat_get",
			"fd_fdstat_set_flags", "fd_fdstat_set_rights", "fd_filestat_get", "fd_filestat_set_size",
			"fd_filestat_set_times", "fd_pread", "fd_prestat_get", "fd_prestat_dir_name", "fd_pwrite", "fd_read",
			"fd_readdir", "fd_renumber", "fd_seek", "fd_sync", "fd_tell", "fd_write", "path_create_directory",
			"path_filestat_get", "path_filestat_set_times", "path_link", "path_open", "path_readlink",
			"path_remove_directory", "path_rename", "path_symlink", "path_unlink_file", "poll_oneoff", "proc_exit",
			"proc_raise", "sched_yield", "random_get", "sock_accept", "sock_recv", "sock_send", "sock_shutdown");

	private final FakeGuest guest = new FakeGuest();

	private static Set<String> implemented(String module) {
		return ImportTable.functions()
			.stream()
			.filter((function) -> function.implemented() && function.module().equals(module))
			.map(ImportedFunction::name)
			.collect(Collectors.toSet());
	}

	@Test
	void everyFunctionOfTheSpecificationIsLinked() {
		assertThat(implemented("env")).containsAll(SPECIFIED);
	}

	@ParameterizedTest
	@ValueSource(strings = { "wasi_snapshot_preview1", "wasi_unstable" })
	void everyFunctionOfWasiIsLinked(String module) {
		assertThat(implemented(module)).isEqualTo(WASI);
	}

	@Test
	void everyFunctionCanBeLinkedWithItsTypeAndWithoutAResult() {
		for (ImportedFunction function : ImportTable.functions()) {
			FunctionSignature signature = function.signature();
			FunctionImport full = new FunctionImport(function.module(), function.name(), signature);
			FunctionImport plain = new FunctionImport(function.module(), function.name(),
					new FunctionSignature(signature.parameters(), List.of()));
			assertThat(this.guest.table.link(full)).isNotNull();
			assertThat(this.guest.table.link(plain)).isNotNull();
		}
	}

	@Test
	void functionsSayWhereTheyBelong() {
		assertThat(ImportTable.functions()).filteredOn((function) -> function.name().equals("proxy_close_stream"))
			.singleElement()
			.satisfies((function) -> {
				assertThat(function.qualifiedName()).isEqualTo("env.proxy_close_stream");
				assertThat(function.area()).isEqualTo("Contexts and streams");
				assertThat(function.since()).isEqualTo(AbiVersion.V0_2_0);
				assertThat(function.signature()).hasToString("(i32)->(i32)");
			});
	}

	@Test
	void otherParametersAreAMismatch() {
		FunctionImport wrong = Imports.of("env", "proxy_log", "i32", "i64", "i32");
		assertThatExceptionOfType(ImportMismatchException.class).isThrownBy(() -> this.guest.table.link(wrong))
			.withMessage("Import 'env.proxy_log' has the wrong type: expected (i32,i32,i32)->(i32)"
					+ " but the module imports (i32,i64,i32)->(i32)")
			.satisfies((ex) -> {
				assertThat(ex.functionImport()).isEqualTo(wrong);
				assertThat(ex.expected()).hasSize(1);
			});
	}

	@Test
	void anotherResultIsAMismatch() {
		FunctionImport wrong = new FunctionImport("env", "proxy_done",
				new FunctionSignature(List.of(), List.of("i64")));
		assertThatExceptionOfType(ImportMismatchException.class).isThrownBy(() -> this.guest.table.link(wrong));
	}

	@Test
	void aMismatchNamesEveryTypeThatWouldDo() {
		assertThatExceptionOfType(ImportMismatchException.class)
			.isThrownBy(() -> this.guest.table.link(Imports.of("env", "abort", "f32")))
			.withMessageContaining("expected ()->() or (i32,i32,i32,i32)->() but");
	}

	@ParameterizedTest
	@CsvSource({ "env, proxy_kv_store_open, 12", "env, missing, 12", "other, missing, 12",
			"wasi_snapshot_preview1, fd_new, 52", "wasi_unstable, fd_new, 52", "wasi_snapshot_preview2, x, 52",
			"env, envoy_resolve_dns, 12" })
	void unknownFunctionIsReported(String module, String name, int answer) {
		HostFunction function = this.guest.table.link(Imports.of(module, name, "f64"));
		assertThat(function.call(this.guest.memory, new long[1])).isEqualTo(answer);
		assertThat(this.guest.host.unimplemented).containsExactly(module + "." + name);
	}

	@Test
	void reportNamesFunctionsWithoutEffect() {
		ImportReport report = ImportTable.report(List.of(Imports.of("env", "proxy_log", "i32", "i32", "i32"),
				Imports.of("env", "envoy_resolve_dns", "i32"), Imports.of("env", "proxy_kv_store_open"),
				Imports.of("env", "proxy_kv_store_open"), Imports.of("wasi_snapshot_preview1", "fd_write"),
				Imports.of("wasi_snapshot_preview1", "fd_new"), Imports.of("wrong", "proxy_log")));
		assertThat(report.unimplemented()).containsExactly("env.envoy_resolve_dns");
		assertThat(report.unknown()).containsExactly("env.proxy_kv_store_open", "wasi_snapshot_preview1.fd_new",
				"wrong.proxy_log");
	}

	@Test
	void aFaultOfTheHostIsNotAStatus() {
		this.guest.host.failure = new IllegalStateException("bug");
		assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> this.guest.call("proxy_done"))
			.withMessage("bug");
	}

	@Test
	void anAllocatorMayLogButNotAskForHeaders() {
		this.guest.host.configuration = new byte[1];
		this.guest.host.duringAllocation = () -> this.guest.call("proxy_log", 2, this.guest.text("growing"));
		assertThat(this.guest.call("proxy_get_configuration", FakeGuest.FIRST, FakeGuest.SECOND)).isEqualTo(Status.OK);
		assertThat(this.guest.host.calls).containsExactly("log INFO growing");
		this.guest.host.duringAllocation = () -> this.guest.call("proxy_get_header_map_pairs", 0, FakeGuest.FIRST,
				FakeGuest.SECOND);
		assertThatExceptionOfType(RestrictedCallException.class)
			.isThrownBy(() -> this.guest.call("proxy_get_configuration", FakeGuest.FIRST, FakeGuest.SECOND))
			.withMessage("restricted_callback: the guest's allocator called env.proxy_get_header_map_pairs");
		assertThat(this.guest.call("proxy_done")).isEqualTo(Status.OK);
	}

}
