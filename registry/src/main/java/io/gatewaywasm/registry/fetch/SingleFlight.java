package io.gatewaywasm.registry.fetch;

import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Lets concurrent callers with the same key share one operation.
 */
final class SingleFlight<K, V> {

	private final Map<K, CompletableFuture<V>> flights = new ConcurrentHashMap<>();

	V get(K key, Supplier<V> supplier) {
		CompletableFuture<V> mine = new CompletableFuture<>();
		CompletableFuture<V> others = this.flights.putIfAbsent(key, mine);
		if (others != null) {
			return join(others);
		}
		try {
			mine.complete(supplier.get());
		}
		catch (Throwable ex) {
			mine.completeExceptionally(ex);
		}
		finally {
			this.flights.remove(key, mine);
		}
		return join(mine);
	}

	private static <V> V join(CompletableFuture<V> flight) {
		try {
			return flight.join();
		}
		catch (CompletionException | CancellationException ex) {
			if (ex.getCause() instanceof RuntimeException cause) {
				throw cause;
			}
			if (ex.getCause() instanceof Error cause) {
				throw cause;
			}
			throw ex;
		}
	}

}
