package io.gatewaywasm.boot.concurrent;

import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * Runs several tasks, all of them even after a failure, and then throws the first
 * failure.
 */
public final class FirstFailure {

	private FirstFailure() {
	}

	/** Calls an action for each item, and then throws the first failure. */
	public static <T> void forEach(Iterable<T> items, Consumer<T> action) {
		Throwable failure = null;
		for (T item : items) {
			failure = accept(action, item, failure);
		}
		rethrow(failure);
	}

	/**
	 * Calls an action. Returns {@code earlier} if that is not {@code null}, otherwise the
	 * exception of the action, or {@code null} if there is none.
	 */
	public static <T> @Nullable Throwable accept(Consumer<T> action, T item, @Nullable Throwable earlier) {
		try {
			action.accept(item);
			return earlier;
		}
		catch (RuntimeException | Error ex) {
			return (earlier != null) ? earlier : ex;
		}
	}

	/** Throws a failure of an action, unless it is {@code null}. */
	public static void rethrow(@Nullable Throwable failure) {
		if (failure instanceof Error error) {
			throw error;
		}
		if (failure != null) {
			throw (RuntimeException) failure;
		}
	}

}
