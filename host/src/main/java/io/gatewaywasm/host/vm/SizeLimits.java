package io.gatewaywasm.host.vm;

/**
 * Bounds on what a guest may make the host keep or do. What exceeds one is refused with
 * {@code BAD_ARGUMENT}, except calls beyond their number, which are refused with
 * {@code INTERNAL_FAILURE}, and log lines, which are cut or dropped.
 *
 * @param headers the number of headers that a guest may add to a map, or give to a reply
 * or call
 * @param headerBytes the bytes of their names and values
 * @param localReply the bytes of the body of a local reply
 * @param callBody the bytes of the body of an HTTP call, or of a gRPC message
 * @param calls the number of HTTP calls, and of gRPC calls, that may be under way for one
 * VM
 * @param properties the bytes of the paths and values of properties that a guest may set
 * on one stream, or on one root context
 * @param logLine the characters of a log line, what is behind them is cut
 * @param logLinesPerSecond the log lines that all VMs of a plugin may write in a second,
 * and ten times as many at once; what is beyond is dropped and counted
 */
public record SizeLimits(int headers, int headerBytes, int localReply, int callBody, int calls, int properties,
		int logLine, int logLinesPerSecond) {

	/**
	 * 1000 headers of 128 KiB; replies and calls of 1 MiB; 1000 calls; 1 MiB of
	 * properties; 1000 log lines a second of 16,384 characters.
	 */
	public static final SizeLimits DEFAULTS = new SizeLimits(1000, 128 << 10, 1 << 20, 1 << 20, 1000, 1 << 20, 16 << 10,
			1000);

}
