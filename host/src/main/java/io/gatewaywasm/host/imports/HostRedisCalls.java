package io.gatewaywasm.host.imports;

/**
 * Redis callouts, an extension of Higress.
 */
public interface HostRedisCalls {

	/**
	 * Opens a connection to a server, which the root context's calls to that server use
	 * from now on. Does not wait for the server.
	 * @param upstream the name of the server, optionally with parameters such as {@code
	 * ?db=1}
	 * @param user the user, empty for the default user
	 * @param password the password, empty for none
	 * @param timeoutMilliseconds the timeout of each call, or 0 for the host's default
	 */
	void redisInit(String upstream, String user, String password, int timeoutMilliseconds);

	/**
	 * Sends a command. The reply is passed to a callback of the root context.
	 * @param upstream the name of the server
	 * @param query the command in RESP2, which must not be modified
	 * @return the token of the call, unique in this VM
	 */
	int redisCall(String upstream, byte[] query);

}
