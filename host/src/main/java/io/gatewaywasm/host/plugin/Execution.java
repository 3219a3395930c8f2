package io.gatewaywasm.host.plugin;

/**
 * Where the callbacks of a plugin run.
 */
public enum Execution {

	/**
	 * On the event loop that handles the stream, and on worker threads while the plugin
	 * is slow.
	 */
	AUTOMATIC,

	/** On the event loop that handles the stream, even if the plugin is slow. */
	EVENT_LOOP,

	/** On worker threads. */
	WORKER

}
