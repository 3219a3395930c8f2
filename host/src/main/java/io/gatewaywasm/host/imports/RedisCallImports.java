package io.gatewaywasm.host.imports;

import io.gatewaywasm.host.abi.GuestMemory;
import io.gatewaywasm.host.abi.Status;

/**
 * Redis callouts, an extension of Higress.
 */
final class RedisCallImports {

	static final ImportArea<RedisCallImports> AREA = ImportArea.of("Redis calls", RedisCallImports::new)
		.function("proxy_redis_init", AbiVersion.V0_2_100, "iiiiiii", RedisCallImports::init)
		.function("proxy_redis_call", AbiVersion.V0_2_100, "iiiii", RedisCallImports::call);

	private final Guest guest;

	private final HostRedisCalls host;

	private RedisCallImports(Guest guest) {
		this.guest = guest;
		this.host = guest.host().redisCalls();
	}

	private Status init(GuestMemory memory, long[] arguments) {
		String upstream = Guest.utf8(memory, arguments[0], arguments[1]);
		String user = Guest.utf8(memory, arguments[2], arguments[3]);
		String password = Guest.utf8(memory, arguments[4], arguments[5]);
		int timeout = (int) arguments[6];
		if (timeout < 0) {
			return Status.BAD_ARGUMENT;
		}
		this.host.redisInit(upstream, user, password, timeout);
		return Status.OK;
	}

	private Status call(GuestMemory memory, long[] arguments) {
		String upstream = Guest.utf8(memory, arguments[0], arguments[1]);
		byte[] query = this.guest.body(memory, arguments[2], arguments[3]);
		int tokenResult = (int) arguments[4];
		// Check the pointer first: a call must not start if its token cannot be returned.
		memory.writeInt(tokenResult, 0);
		memory.writeInt(tokenResult, this.host.redisCall(upstream, query));
		return Status.OK;
	}

}
