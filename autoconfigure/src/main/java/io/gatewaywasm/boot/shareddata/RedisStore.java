package io.gatewaywasm.boot.shareddata;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;

import io.gatewaywasm.boot.shareddata.StoreObserver.Outcome;
import io.gatewaywasm.host.spi.HostScheduler;
import io.gatewaywasm.host.spi.OncePerMinute;
import io.gatewaywasm.host.spi.RedisConnection;
import io.gatewaywasm.host.spi.RedisResult;
import io.gatewaywasm.host.spi.SharedStoreException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.util.StringUtils;

/**
 * Redis as a store for guests. Calls wait for the reply up to a timeout, and a circuit
 * breaker avoids calls while the server is unavailable. Thread-safe.
 */
final class RedisStore {

	private static final Logger logger = LoggerFactory.getLogger(RedisStore.class);

	/** The connection's own timeout may fire later by this much. */
	private static final Duration GRACE = Duration.ofMillis(200);

	private static final String NO_SCRIPT = "NOSCRIPT";

	private final RedisConnection connection;

	private final StoreSettings settings;

	private final StoreObserver observer;

	private final StoreCircuit circuit;

	private final OncePerMinute refusals = new OncePerMinute();

	/** Until the first reply, calls also wait for the connection to be established. */
	private volatile boolean replied;

	RedisStore(RedisConnection connection, StoreSettings settings, HostScheduler scheduler, StoreObserver observer) {
		this.connection = connection;
		this.settings = settings;
		this.observer = observer;
		this.circuit = new StoreCircuit(settings.server().name(), scheduler, this::tryWriting);
		observer.opened(() -> this.circuit.outage() == null);
	}

	StoreCircuit circuit() {
		return this.circuit;
	}

	/**
	 * Runs an operation of a guest. {@code onFailure} is what to do if the server is
	 * unavailable, {@code remote} runs the operation on the server, and {@code local}
	 * runs the operation in this gateway's own store. Throws {@link SharedStoreException}
	 * if the server is unavailable and the guest must get a failure, or if the call is
	 * refused because too many are pending. Such a call never runs locally: the guest
	 * would read from one store and write to the other.
	 */
	<T extends @Nullable Object> T call(StoreOperation operation, OnFailure onFailure, Supplier<T> remote,
			Supplier<T> local) {
		long start = System.nanoTime();
		if (this.circuit.outage() == null) {
			try {
				T result = remote.get();
				this.observer.called(operation, Outcome.OK, System.nanoTime() - start);
				return result;
			}
			catch (StoreFailure ex) {
				String reason = StringUtils.trimTrailingCharacter(String.valueOf(ex.getMessage()), '.');
				if (ex.concernsCall()) {
					this.observer.called(operation, Outcome.FAILURE, System.nanoTime() - start);
					logRefusal(reason);
					throw new SharedStoreException(reason);
				}
				if (ex.concernsKey()) {
					this.circuit.refused(reason);
				}
				else {
					this.circuit.failed(reason);
				}
			}
		}
		if (onFailure == OnFailure.FAIL) {
			this.observer.called(operation, Outcome.FAILURE, System.nanoTime() - start);
			throw new SharedStoreException("Redis is unavailable");
		}
		T result = local.get();
		this.observer.called(operation, Outcome.LOCAL, System.nanoTime() - start);
		return result;
	}

	private void logRefusal(String reason) {
		if (this.refusals.isDue()) {
			logger.warn("A call to shared data in Redis server '{}' was refused and fails: {}",
					this.settings.server().name(), reason);
		}
	}

	/**
	 * Sends a command and waits for the reply, which is not an error. Throws
	 * {@link StoreFailure} if Redis does not reply in time, or with an error.
	 */
	StoreReply execute(byte[]... command) {
		return await(send(limit(), command));
	}

	/**
	 * Runs a script and waits for its reply, which is not an error. Throws
	 * {@link StoreFailure} if Redis does not reply in time, or with an error.
	 */
	byte[] execute(StoreScript script, List<byte[]> keys, byte[]... arguments) {
		byte[] reply = await(run(limit(), script, keys, arguments)).bulk();
		if (reply == null || reply.length == 0) {
			throw new StoreFailure("the server sent an empty reply to a script");
		}
		return reply;
	}

	private Duration limit() {
		Duration timeout = this.settings.timeout();
		return this.replied ? timeout : timeout.plus(this.settings.server().connectTimeout());
	}

	/**
	 * Runs a script without waiting for the reply.
	 */
	@SuppressWarnings("FutureReturnValueIgnored")
	void start(StoreScript script, List<byte[]> keys, byte[]... arguments) {
		if (this.circuit.outage() == null) {
			run(this.settings.timeout(), script, keys, arguments);
		}
	}

	/**
	 * Runs a script. If the server does not have the script, it has not executed
	 * anything, so the script is sent and run again.
	 */
	private CompletableFuture<StoreReply> run(Duration limit, StoreScript script, List<byte[]> keys,
			byte[]... arguments) {
		return send(limit, command("EVALSHA", script.sha(), keys, arguments))
			.exceptionallyCompose((failure) -> String.valueOf(failure.getMessage()).startsWith(NO_SCRIPT)
					? send(limit, command("EVAL", script.text(), keys, arguments))
					: CompletableFuture.failedFuture(failure));
	}

	private static byte[][] command(String name, byte[] script, List<byte[]> keys, byte[]... arguments) {
		List<byte[]> command = new ArrayList<>(List.of(bytes(name), script, bytes(Integer.toString(keys.size()))));
		command.addAll(keys);
		command.addAll(Arrays.asList(arguments));
		return command.toArray(byte[][]::new);
	}

	private CompletableFuture<StoreReply> send(Duration limit, byte[]... command) {
		CompletableFuture<StoreReply> future = new CompletableFuture<>();
		this.connection.send(Arrays.asList(command), limit, (result) -> complete(future, result));
		return future;
	}

	private void complete(CompletableFuture<StoreReply> future, RedisResult result) {
		if (result instanceof RedisResult.Failure failure) {
			future.completeExceptionally(new StoreFailure(failure.reason(), failure.refused()));
			return;
		}
		this.replied = true;
		StoreReply reply = new StoreReply(((RedisResult.Reply) result).data());
		String error = reply.error();
		if (error != null) {
			future.completeExceptionally(new StoreFailure(error));
		}
		else {
			future.complete(reply);
		}
	}

	private StoreReply await(CompletableFuture<StoreReply> future) {
		boolean interrupted = false;
		long end = System.nanoTime() + limit().plus(GRACE).toNanos();
		try {
			while (true) {
				try {
					return future.get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
				}
				catch (InterruptedException ex) {
					interrupted = true;
				}
			}
		}
		catch (TimeoutException ex) {
			throw new StoreFailure("no reply within 'gateway.wasm.shared-data.timeout'");
		}
		catch (ExecutionException ex) {
			throw (ex.getCause() instanceof StoreFailure failure) ? failure
					: new StoreFailure(String.valueOf(ex.getCause()));
		}
		finally {
			if (interrupted) {
				Thread.currentThread().interrupt();
			}
		}
	}

	@SuppressWarnings("FutureReturnValueIgnored")
	private void tryWriting(Consumer<Boolean> result) {
		send(this.settings.timeout(), bytes("SET"), bytes(this.settings.keyPrefix() + "probe"), bytes("1"), bytes("PX"),
				bytes("60000"))
			.whenComplete((reply, failure) -> result.accept(failure == null));
	}

	void close() {
		this.circuit.end();
		this.connection.close();
	}

	static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	static byte[] bytes(long number) {
		return bytes(Long.toString(number));
	}

}
