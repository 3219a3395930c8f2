package io.gatewaywasm.registry.http;

import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.concurrent.TimeoutException;

import javax.net.ssl.SSLException;

import io.gatewaywasm.registry.FetchFailure;
import io.gatewaywasm.registry.ModuleFetchException;
import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.timeout.ReadTimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Translates connection errors to messages with a remedy.
 */
final class ConnectionErrors {

	private ConnectionErrors() {
	}

	static ModuleFetchException describe(URI uri, Throwable error) {
		String authority = Origin.of(uri).authority();
		ModuleFetchException own = find(error, ModuleFetchException.class);
		if (own != null) {
			return own;
		}
		BlockedAddressException blocked = find(error, BlockedAddressException.class);
		if (blocked != null) {
			return new ModuleFetchException(FetchFailure.BLOCKED_ADDRESS,
					"'%s' has the address %s, which is blocked".formatted(authority,
							blocked.getAddress().getHostAddress()),
					"Use a server with another address. Link-local addresses and those of cloud metadata services "
							+ "are always blocked, others by 'gateway.wasm.fetch.blocked-addresses'.",
					error);
		}
		if (find(error, ConnectTimeoutException.class) != null) {
			return new ModuleFetchException(FetchFailure.TIMEOUT,
					"'%s' does not accept the connection in time".formatted(authority),
					"Check that the gateway can connect to it, or raise 'gateway.wasm.fetch.connect-timeout'.", error);
		}
		if (find(error, ReadTimeoutException.class) != null || find(error, TimeoutException.class) != null) {
			return new ModuleFetchException(FetchFailure.TIMEOUT, "'%s' does not respond in time".formatted(authority),
					"Check the server, or raise 'gateway.wasm.fetch.read-timeout'.", error);
		}
		return unreachable(authority, error);
	}

	private static ModuleFetchException unreachable(String authority, Throwable error) {
		if (find(error, UnknownHostException.class) != null) {
			return failure("The host of '%s' is unknown".formatted(authority),
					"Check its spelling and the name servers of the gateway.", error);
		}
		SSLException ssl = find(error, SSLException.class);
		if (ssl != null) {
			return failure("A TLS connection to '%s' cannot be established: %s".formatted(authority, ssl.getMessage()),
					"If its certificate is issued by a private authority, set an SSL bundle that trusts it in "
							+ "'gateway.wasm.registries.<name>.ssl-bundle'. If it uses HTTP without TLS, set "
							+ "'insecure: true' there.",
					error);
		}
		if (find(error, ConnectException.class) != null || find(error, NoRouteToHostException.class) != null) {
			String message = String.valueOf(error.getMessage());
			return failure(
					"The connection to '%s' %s".formatted(authority,
							message.contains("Connection refused") ? "was refused" : "failed: " + message),
					"Check its host and port, that it is running and that the gateway can connect to it.", error);
		}
		if (find(error, DecoderException.class) != null) {
			return new ModuleFetchException(FetchFailure.PROTOCOL,
					"'%s' does not respond with HTTP".formatted(authority), "Check the location.", error);
		}
		return failure("The connection to '%s' was lost: %s".formatted(authority, error), "Check the server.", error);
	}

	private static ModuleFetchException failure(String message, String remedy, Throwable cause) {
		return new ModuleFetchException(FetchFailure.UNREACHABLE, message, remedy, cause);
	}

	private static <T extends Throwable> @Nullable T find(Throwable error, Class<T> type) {
		Throwable current = error;
		for (int depth = 0; current != null && depth < 20; depth++) {
			if (type.isInstance(current)) {
				return type.cast(current);
			}
			for (Throwable suppressed : current.getSuppressed()) {
				if (type.isInstance(suppressed)) {
					return type.cast(suppressed);
				}
			}
			current = current.getCause();
		}
		return null;
	}

}
