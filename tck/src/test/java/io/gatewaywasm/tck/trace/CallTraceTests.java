package io.gatewaywasm.tck.trace;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class CallTraceTests {

	private final List<String> lines = new ArrayList<>();

	private final CallTrace trace = new CallTrace((plugin, line) -> this.lines.add(plugin + ": " + line));

	private void read(String source, String plugin, String text) {
		text.lines().forEach((line) -> {
			this.trace.line(source, line);
			this.trace.belongs(source, plugin);
		});
	}

	@Test
	void addressesAndIdsAreNotKept() {
		read("1", "a", """
				[host->vm] proxy_on_context_create(7, 5)
				[host<-vm] proxy_on_context_create return: void
				[host->vm] proxy_on_request_headers(7, 10, 0)
				[vm->host] env.proxy_log(2, 45376, 24)
				[vm<-host] env.proxy_log return: 0
				[vm->host] env.proxy_get_header_map_value(0, 158704, 5, 158360, 158352)
				[host->vm] malloc(2)
				[host<-vm] malloc return: 158720
				[vm<-host] env.proxy_get_header_map_value return: 1
				[vm->host] env.proxy_set_effective_context(5)
				[vm<-host] env.proxy_set_effective_context return: 0
				[host<-vm] proxy_on_request_headers return: 1
				""");
		assertThat(this.lines).containsExactly("a: context_create(#1, root)", "a: request_headers(#1, some, 0)",
				"a:   get_header_map_value(0, *, 5, *, *) = 1", "a:   set_effective_context(root) = 0",
				"a:   return 1");
	}

	@Test
	void partsOfBodiesAreWrittenAsTheGuestLogsThem() {
		read("1", "a", """
				[host->vm] proxy_on_context_create(2, 1)
				[host<-vm] proxy_on_context_create return: void
				[host->vm] proxy_on_request_body(2, 5, 1)
				[host<-vm] proxy_on_request_body return: 0
				""");
		assertThat(this.lines).contains("a: request_body #1 size=5 end=1");
	}

	@Test
	void startOfVmsAndCallbacksThatTrapAreLeftOut() {
		read("1", "a", """
				[host->vm] _initialize()
				[host<-vm] _initialize return: void
				[host->vm] proxy_on_context_create(1, 0)
				[host<-vm] proxy_on_context_create return: void
				[host->vm] proxy_on_vm_start(1, 0)
				[host<-vm] proxy_on_vm_start return: 1
				[host->vm] proxy_on_configure(1, 200)
				[host<-vm] proxy_on_configure return: 1
				[host->vm] proxy_on_log(2)
				[host->vm] proxy_on_tick(1)
				[host<-vm] proxy_on_tick return: void
				""");
		assertThat(this.lines).containsExactly("a: tick(root)");
	}

	@Test
	void callbacksOfTwoSourcesDoNotMix() {
		this.trace.line("1", "[host->vm] proxy_on_tick(1)");
		read("2", "b", "[host->vm] proxy_on_log(9)\n[vm->host] env.proxy_done()\n[vm<-host] env.proxy_done return: 1");
		this.trace.belongs("1", "a");
		this.trace.line("1", "[host<-vm] proxy_on_tick return: void");
		this.trace.line("2", "[host<-vm] proxy_on_log return: void");
		assertThat(this.lines).containsExactly("a: tick(1)", "b: log(9)", "b:   done() = 1");
	}

	@Test
	void functionsThatTheAbiDoesNotHaveAreNamed() {
		read("1", "a", """
				[host->vm] proxy_on_tick(1)
				[vm->host] wasi_snapshot_preview1.random_get(5, 6)
				[vm<-host] wasi_snapshot_preview1.random_get return: 0
				[host<-vm] proxy_on_tick return: void
				""");
		assertThat(this.lines).containsExactly("a: tick(1)", "a:   wasi_snapshot_preview1.random_get(*, *) = 0");
	}

}
