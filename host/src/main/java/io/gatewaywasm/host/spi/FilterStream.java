package io.gatewaywasm.host.spi;

import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * The gateway's handle for one HTTP exchange and one plugin.
 *
 * <h2>Life</h2> <pre>
 *   new ──requestHeaders: leases a VM──&gt; requestBody* ──&gt; responseHeaders ──&gt; responseBody*
 *    │                                      │                                    │
 *    └──────────────────────────────────────┴──────────end (exactly one counts)──┘
 *   the VM or the wait for one fails: the fail strategy decides
 * </pre>
 *
 * <h2>Threads</h2> The phases of one direction must be called one after the other, by any
 * thread. Each results in one {@link Decision}. If the VM is idle and the filter does not
 * pause, the decision is delivered inline, otherwise on {@link HttpStream#executor()}.
 * The methods neither block nor throw exceptions.
 */
public interface FilterStream {

	/**
	 * Returns whether the filter processes request bodies. Otherwise the gateway need not
	 * pass them.
	 */
	boolean wantsRequestBody();

	/**
	 * Returns whether the filter processes request trailers.
	 */
	boolean wantsRequestTrailers();

	/**
	 * Returns whether the filter processes response bodies.
	 */
	boolean wantsResponseBody();

	/**
	 * Returns whether the filter processes response trailers.
	 */
	boolean wantsResponseTrailers();

	/**
	 * Shows the request headers to the filter.
	 * @param endOfStream whether the request has no body
	 * @param sink receives the decision, and, until a part of the body is passed, any
	 * later {@link Decision.Release}
	 */
	void requestHeaders(boolean endOfStream, Consumer<Decision> sink);

	/**
	 * Shows a part of the request body to the filter.
	 * @param chunk the bytes, owned by the stream from now on
	 * @param endOfStream whether this is the last part
	 * @param sink receives the decision, and any later {@link Decision.Release}
	 */
	void requestBody(byte[] chunk, boolean endOfStream, Consumer<Decision> sink);

	/**
	 * Shows the request trailers to the filter. Called after the last part of the body,
	 * which was passed without {@code endOfStream}.
	 * @param sink receives the decisions, as in {@link #responseTrailers}
	 */
	void requestTrailers(Consumer<Decision> sink);

	/**
	 * Shows the response headers to the filter.
	 * @param endOfStream whether the response has no body
	 * @param sink receives the decision, and, until a part of the body is passed, any
	 * later {@link Decision.Release} or {@link Decision.Inject}
	 */
	void responseHeaders(boolean endOfStream, Consumer<Decision> sink);

	/**
	 * Shows a part of the response body to the filter.
	 * @param chunk the bytes, owned by the stream from now on
	 * @param endOfStream whether this is the last part
	 * @param sink receives the decision, and any later {@link Decision.Release} or
	 * {@link Decision.Inject}
	 */
	void responseBody(byte[] chunk, boolean endOfStream, Consumer<Decision> sink);

	/**
	 * Shows the response trailers to the filter. Called after the last part of the body,
	 * which was passed without {@code endOfStream}.
	 * @param sink receives a {@link Decision.Release} if a part of the body was buffered,
	 * and then the decision: {@link Decision.Continue}, or, if the filter fails and is
	 * skipped, a {@link Decision.Forward} with the last buffered bytes
	 */
	void responseTrailers(Consumer<Decision> sink);

	/**
	 * Counts bytes of a body that the gateway buffers for this stream, in addition to
	 * those that the filter buffers. After the end of the stream, none are counted.
	 * @param change the bytes, negative if they are no longer buffered
	 * @return whether the bodies of all streams are within the limit
	 */
	boolean buffer(long change);

	/**
	 * Returns the reason why the filter failed for this stream: its fail strategy is
	 * applied, or the host answers in its place.
	 * @return the reason, or {@code null} if nothing has failed
	 */
	@Nullable FailureReason failureReason();

	/**
	 * Ends the stream, and runs the filter's log, done and delete callbacks. No decision
	 * is delivered afterwards. Only the first call has an effect.
	 */
	void end();

	/**
	 * Ends a stream whose request was not shown to the filter, because it was answered
	 * before: runs the filter's create, log, done and delete callbacks. Runs none if no
	 * VM is ready, if much work waits for it, or if they wait longer than
	 * {@code limits.vm-wait}. Called instead of the phases and of {@link #end}.
	 */
	void log();

}
