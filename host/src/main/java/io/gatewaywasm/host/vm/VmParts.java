package io.gatewaywasm.host.vm;

import io.gatewaywasm.host.engine.Linker;
import io.gatewaywasm.host.engine.ModuleInstance;
import io.gatewaywasm.host.imports.ImportTable;
import io.gatewaywasm.host.spi.HostScheduler;
import io.gatewaywasm.host.spi.HostServices;
import io.gatewaywasm.host.spi.PluginObserver;
import io.gatewaywasm.host.vm.hostcall.HostCalls;

/**
 * The parts of a VM, connected with each other around an instance of the module.
 * {@code scope} is the part of the VM that the host calls see, {@code mailbox} lets one
 * thread at a time into the VM, {@code failures} ends the VM after a failure, and
 * {@code closing} ends the VM on request.
 */
record VmParts(ModuleInstance instance, CallGuard guard, HostCalls host, HostCallScope scope, Mailbox mailbox,
		VmLife life, VmFailures failures, VmClosing closing, RootContexts roots, StreamVm streams) {

	/**
	 * Creates an instance of the module, which runs its start section, and the parts
	 * around it. {@code events} receives the events for the owner of the VM.
	 */
	static VmParts create(GuestModule module, VmSpec spec, HostServices services, Watchdog watchdog,
			VmFailures.Events events) throws VmStartException {
		HostScheduler scheduler = services.scheduler();
		PluginObserver observer = services.observer(spec.plugin());
		Mailbox mailbox = new Mailbox(spec.plugin(),
				new TaskQueue(spec.plugin(), spec.limits().vm().mailbox(), spec.limits().vm().vmWait(), scheduler),
				scheduler, scheduler.workers(spec.plugin()));
		VmLife life = new VmLife();
		BackgroundWork background = new BackgroundWork(spec.plugin(), mailbox, scheduler, life::isOver);
		CallGuard guard = new CallGuard();
		VmContexts contexts = new VmContexts();
		HostCallScope scope = new HostCallScope(spec, services, observer, guard, contexts, mailbox);
		HostCalls host = new HostCalls(scope);
		ImportTable imports = new ImportTable(host);
		CallTrace trace = CallTrace.of(spec.plugin());
		StreamsWithActions deferred = new StreamsWithActions();
		watchdog.watch(guard);
		boolean ok = false;
		try {
			ModuleInstance instance = VmStarter.instantiate(module, spec, linker(spec, imports, trace, guard, contexts),
					guard);
			VmFailures failures = new VmFailures(spec.plugin(), life, contexts, deferred, host, instance, guard,
					watchdog, mailbox, scheduler, observer, events);
			GuestCallbacks guest = new GuestCallbacks(
					new GuestExports(module, instance, spec.vm().capabilities(), trace), spec, guard, imports,
					failures::fail, failures::slow);
			scope.guest(guest, instance);
			VmSnapshot snapshot = spec.isolated() ? new VmSnapshot(contexts, instance, host.restorables()) : null;
			VmClosing closing = new VmClosing(spec.plugin(), life, contexts, mailbox, background, scheduler, failures);
			RootContexts roots = new RootContexts(spec, contexts, guest, scheduler, mailbox, background,
					failures::guarded, (root) -> {
						host.rootEnded(root, life.isClosing());
						closing.rootEnded();
					}, snapshot);
			StreamRegistry streamContexts = new StreamRegistry(contexts, roots, deferred, life, mailbox, snapshot);
			StreamVm streams = new StreamVm(spec, services, observer, mailbox, background, guest, streamContexts, life,
					failures, closing);
			ok = true;
			return new VmParts(instance, guard, host, scope, mailbox, life, failures, closing, roots, streams);
		}
		catch (VmStartException ex) {
			throw ex.quoting(host.lastLines());
		}
		finally {
			if (!ok) {
				watchdog.forget(guard);
			}
		}
	}

	private static Linker linker(VmSpec spec, ImportTable imports, CallTrace trace, CallGuard guard,
			VmContexts contexts) {
		Linker allowed = new CapabilityLinker(imports, spec.vm().capabilities());
		Linker linker = spec.isolated()
				? new IsolationLinker(allowed, contexts::hasOpenStream, spec.shared().blockedFunctions()) : allowed;
		return new UncountedFunction.Functions(trace.functions(linker), guard);
	}

}
