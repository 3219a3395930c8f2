package io.gatewaywasm.host.vm.hostcall;

import java.nio.charset.StandardCharsets;

import io.gatewaywasm.host.abi.PrintableText;
import io.gatewaywasm.host.abi.Status;
import io.gatewaywasm.host.abi.StatusException;
import io.gatewaywasm.host.imports.HostSecrets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The secrets that a plugin may read. Their values are never logged.
 */
final class GuestSecrets implements HostSecrets {

	private static final Logger logger = LoggerFactory.getLogger(GuestSecrets.class);

	private final VmScope vm;

	GuestSecrets(VmScope vm) {
		this.vm = vm;
	}

	@Override
	public byte[] secret(String name) {
		return this.vm.outside(() -> read(name));
	}

	private byte[] read(String name) {
		if (!this.vm.settings().vm().secrets().contains(name)) {
			throw missing(name, "'allowed-secrets' of the plugin does not list it");
		}
		String value = this.vm.services().secret(name);
		if (value == null) {
			throw missing(name, "the application has no such property, or not all of its placeholders");
		}
		return value.getBytes(StandardCharsets.UTF_8);
	}

	@Override
	public byte[] variable(String name) {
		String value = this.vm.settings().vm().environment().get(name);
		if (value == null) {
			throw StatusException.of(Status.NOT_FOUND);
		}
		return value.getBytes(StandardCharsets.UTF_8);
	}

	private StatusException missing(String name, String reason) {
		if (this.vm.settings().logOnce().isFirst("secret " + name)) {
			logger.warn("Wasm plugin '{}' requested the secret '{}'; the call returned NOT_FOUND, because {}.",
					this.vm.settings().plugin(), PrintableText.of(name, PrintableText.NAME), reason);
		}
		return StatusException.of(Status.NOT_FOUND);
	}

}
