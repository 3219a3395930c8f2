package io.gatewaywasm.host.vm.hostcall;

import io.gatewaywasm.host.imports.HostSharedData;
import io.gatewaywasm.host.spi.SharedScope;
import org.jspecify.annotations.Nullable;

/**
 * The data that the VMs of one VM id share.
 */
final class GuestSharedData implements HostSharedData {

	private final SharedScope scope;

	GuestSharedData(SharedScope scope) {
		this.scope = scope;
	}

	@Override
	public @Nullable SharedValue sharedData(String key) {
		SharedScope.Value value = this.scope.get(key);
		return (value != null) ? new SharedValue(value.data(), value.cas()) : null;
	}

	@Override
	public void setSharedData(String key, byte[] data, int cas) {
		SharedResult.check(this.scope.set(key, data, cas));
	}

}
