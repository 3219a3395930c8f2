package io.gatewaywasm.host.vm.hostcall;

import java.security.SecureRandom;
import java.util.Map;

import io.gatewaywasm.host.imports.HostProcess;

/**
 * The services of WASI: the plugin's environment variables, random numbers and the output
 * streams.
 */
final class GuestProcess implements HostProcess {

	private static final SecureRandom RANDOM = new SecureRandom();

	private final VmScope vm;

	private final GuestLog log;

	GuestProcess(VmScope vm, GuestLog log) {
		this.vm = vm;
		this.log = log;
	}

	@Override
	public Map<String, String> environment() {
		return this.vm.settings().vm().environment();
	}

	@Override
	public void random(byte[] target) {
		RANDOM.nextBytes(target);
	}

	@Override
	public void write(int descriptor, byte[] data) {
		this.log.output(descriptor, data);
	}

}
