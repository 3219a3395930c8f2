package io.gatewaywasm.host.vm.hostcall;

import java.util.function.Supplier;

import io.gatewaywasm.host.abi.Status;
import io.gatewaywasm.host.abi.StatusException;
import io.gatewaywasm.host.spi.SharedScope;
import io.gatewaywasm.host.spi.SharedStoreException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Adapts a remote scope to the guest: waiting for the server does not count as the
 * guest's time, an unusable server results in {@code INTERNAL_FAILURE}, and no event loop
 * ever waits.
 */
final class RemoteSharedScope implements SharedScope {

	private static final Logger logger = LoggerFactory.getLogger(RemoteSharedScope.class);

	private final VmScope vm;

	private final SharedScope scope;

	private boolean refused;

	RemoteSharedScope(VmScope vm, SharedScope scope) {
		this.vm = vm;
		this.scope = scope;
	}

	private <T extends @Nullable Object> T call(Supplier<T> call) {
		if (!this.vm.services().scheduler().mayBlock(Thread.currentThread())) {
			refuse();
		}
		this.vm.enterHost();
		try {
			return call.get();
		}
		catch (SharedStoreException ex) {
			throw StatusException.of(Status.INTERNAL_FAILURE);
		}
		finally {
			this.vm.leaveHost();
		}
	}

	/**
	 * Refuses a call on an event loop. Plugins with remote scopes run on worker threads,
	 * so this call is a fault of the host.
	 */
	private void refuse() {
		if (!this.refused) {
			this.refused = true;
			logger.error(
					"A shared data call of a filter was refused, since the thread '{}' must not wait for the store."
							+ " Let the bean 'HostScheduler' run plugins on threads for which 'mayBlock' is true.",
					Thread.currentThread().getName());
		}
		throw StatusException.of(Status.INTERNAL_FAILURE);
	}

	@Override
	public boolean isRemote() {
		return true;
	}

	@Override
	public @Nullable Value get(String key) {
		return call(() -> this.scope.get(key));
	}

	@Override
	public Result set(String key, byte[] data, int cas) {
		return call(() -> this.scope.set(key, data, cas));
	}

	@Override
	public int registerQueue(String name, Runnable wake) {
		return call(() -> this.scope.registerQueue(name, wake));
	}

	@Override
	public int resolveQueue(String name) {
		return call(() -> this.scope.resolveQueue(name));
	}

	@Override
	public Result enqueue(int token, byte[] data) {
		return call(() -> this.scope.enqueue(token, data));
	}

	@Override
	public boolean hasQueue(int token) {
		return this.scope.hasQueue(token);
	}

	@Override
	public @Nullable Entry dequeue(int token) {
		return call(() -> this.scope.dequeue(token));
	}

	@Override
	public void handOverQueue(int token, Runnable owner, Runnable next) {
		this.scope.handOverQueue(token, owner, next);
	}

	@Override
	public void releaseQueue(int token, Runnable wake) {
		this.scope.releaseQueue(token, wake);
	}

}
