package io.gatewaywasm.host.plugin;

/**
 * Where a plugin's callbacks run.
 */
public enum Execution {

	/**
	 * On the event loop that has the work; while the plugin is slow, on worker threads.
	 */
	AUTOMATIC,

	/** On the event loop that has the work, however slow the plugin is. */
	EVENT_LOOP,

	/** On worker threads. */
	WORKER

}
