package io.gatewaywasm.boot.shareddata;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

import io.gatewaywasm.host.shared.SharedLimits;
import io.gatewaywasm.host.spi.SharedScope;
import org.jspecify.annotations.Nullable;

/**
 * The data and queues of one VM id in Redis. The gateway's own store keeps the tokens and
 * owners of the queues, and entries that were added while Redis was unavailable.
 */
final class RedisSharedScope implements SharedScope {

	private static final int NUMBER = Integer.BYTES;

	private static final int LARGEST_FIRST_NUMBER = 1 << 30;

	private final RedisStores stores;

	private final RedisStore store;

	private final String vmId;

	private final OnFailure onFailure;

	private final SharedLimits limits;

	private final StoreKeys keys;

	private final SharedScope own;

	private final StoreShare share = new StoreShare();

	RedisSharedScope(RedisStores stores, String vmId, OnFailure onFailure) {
		this.stores = stores;
		this.store = stores.store();
		this.vmId = vmId;
		this.onFailure = onFailure;
		this.limits = stores.settings().limits();
		this.keys = new StoreKeys(stores.settings().keyPrefix(), vmId);
		this.own = stores.own(vmId);
	}

	@Override
	public boolean isRemote() {
		return true;
	}

	@Override
	public @Nullable Value get(String key) {
		if (key.length() > this.limits.bytes()) {
			return null;
		}
		return this.store.call(StoreOperation.GET, this.onFailure, () -> {
			byte[] found = this.share
				.with(key.length(),
						() -> this.store.execute(RedisStore.bytes("HGET"), this.keys.data(), bytes("v" + key)))
				.bulk();
			if (found == null || found.length < NUMBER) {
				return null;
			}
			return new Value(Arrays.copyOfRange(found, NUMBER, found.length),
					ByteBuffer.wrap(found).order(ByteOrder.LITTLE_ENDIAN).getInt());
		}, () -> this.stores.substitute(this.vmId).get(key));
	}

	@Override
	public Result set(String key, byte[] data, int cas) {
		if ((long) key.length() + data.length > this.limits.bytes()) {
			return Result.FULL;
		}
		return this.store.call(StoreOperation.SET, this.onFailure,
				() -> this.share.with((long) key.length() + data.length, () -> setInRedis(key, data, cas)),
				() -> this.stores.substitute(this.vmId).set(key, data, cas));
	}

	private Result setInRedis(String key, byte[] data, int cas) {
		return result(this.store.execute(StoreScript.SET, List.of(this.keys.data()), bytes(key), data,
				RedisStore.bytes(Integer.toUnsignedLong(cas)), RedisStore.bytes(this.limits.entries()),
				RedisStore.bytes(this.limits.bytes()),
				RedisStore.bytes(ThreadLocalRandom.current().nextInt(LARGEST_FIRST_NUMBER))));
	}

	@Override
	public int registerQueue(String name, Runnable wake) {
		if (name.length() > SharedLimits.QUEUE_NAME) {
			return 0;
		}
		StoreQueue queue = new StoreQueue(this.keys, name);
		Result result = this.store.call(StoreOperation.REGISTER, this.onFailure, () -> result(this.store
			.execute(StoreScript.REGISTER, queue.keys(), queue.name(), RedisStore.bytes(this.limits.queues()))),
				() -> Result.OK);
		return (result == Result.OK) ? own(name, queue, wake) : 0;
	}

	private synchronized int own(String name, StoreQueue queue, Runnable wake) {
		int token = this.own.registerQueue(name, wake);
		if (token != 0) {
			this.stores.queue(token, queue).owner(wake);
		}
		return token;
	}

	@Override
	public int resolveQueue(String name) {
		int known = this.own.resolveQueue(name);
		if (known != 0 || name.length() > SharedLimits.QUEUE_NAME) {
			return known;
		}
		StoreQueue queue = new StoreQueue(this.keys, name);
		boolean found = this.store.call(StoreOperation.RESOLVE, this.onFailure,
				() -> this.store.execute(RedisStore.bytes("HEXISTS"), this.keys.queues(), queue.name()).isOne(),
				() -> false);
		return found ? ofAnotherGateway(name, queue) : 0;
	}

	private synchronized int ofAnotherGateway(String name, StoreQueue queue) {
		int token = this.own.resolveQueue(name);
		if (token == 0) {
			Runnable nobody = () -> {
			};
			token = this.own.registerQueue(name, nobody);
			this.own.releaseQueue(token, nobody);
		}
		if (token != 0) {
			this.stores.queue(token, queue);
		}
		return token;
	}

	@Override
	public Result enqueue(int token, byte[] data) {
		if (!hasQueue(token)) {
			return Result.NOT_FOUND;
		}
		StoreQueue queue = this.stores.queue(token);
		if (queue == null) {
			return this.own.enqueue(token, data);
		}
		if (data.length > this.limits.queueBytes()) {
			return Result.FULL;
		}
		return this.store.call(StoreOperation.ENQUEUE, this.onFailure, () -> this.share.with(data.length,
				() -> result(this.store.execute(StoreScript.ENQUEUE, queue.keys(), queue.name(), data,
						RedisStore.bytes(this.limits.queueEntries()), RedisStore.bytes(this.limits.queueBytes())))),
				() -> this.own.enqueue(token, data));
	}

	@Override
	public boolean hasQueue(int token) {
		return this.own.hasQueue(token);
	}

	@Override
	public @Nullable Entry dequeue(int token) {
		if (!hasQueue(token)) {
			return null;
		}
		Entry kept = this.own.dequeue(token);
		StoreQueue queue = this.stores.queue(token);
		if (kept != null || queue == null) {
			return kept;
		}
		return this.store.call(
				StoreOperation.DEQUEUE, this.onFailure, () -> entry(queue, this.store.execute(StoreScript.DEQUEUE,
						queue.keys(), queue.name(), RedisStore.bytes(this.stores.settings().redelivery().toMillis()))),
				() -> null);
	}

	/**
	 * Parses a reply, which consists of a letter, the id of the entry, a space and the
	 * bytes.
	 */
	private @Nullable Entry entry(StoreQueue queue, byte[] reply) {
		if (reply[0] != 'O') {
			return null;
		}
		int space = 1;
		while (reply[space] != ' ') {
			space++;
		}
		byte[] id = Arrays.copyOfRange(reply, 1, space);
		byte[] data = Arrays.copyOfRange(reply, space + 1, reply.length);
		return new Entry(data, () -> this.store.start(StoreScript.FINISH, queue.keys(), queue.name(), id,
				RedisStore.bytes(data.length)));
	}

	@Override
	public synchronized void handOverQueue(int token, Runnable owner, Runnable next) {
		this.own.handOverQueue(token, owner, next);
		StoreQueue queue = this.stores.queue(token);
		if (queue != null) {
			queue.handOver(owner, next);
		}
	}

	@Override
	public synchronized void releaseQueue(int token, Runnable wake) {
		this.own.releaseQueue(token, wake);
		StoreQueue queue = this.stores.queue(token);
		if (queue != null) {
			queue.release(wake);
		}
	}

	private static Result result(byte[] reply) {
		return switch (reply[0]) {
			case 'O' -> Result.OK;
			case 'M' -> Result.CAS_MISMATCH;
			case 'F' -> Result.FULL;
			default -> throw new StoreFailure("the server sent an unexpected reply to a script");
		};
	}

	/** Each {@code char} of a key is one byte. */
	private static byte[] bytes(String key) {
		return key.getBytes(StandardCharsets.ISO_8859_1);
	}

}
