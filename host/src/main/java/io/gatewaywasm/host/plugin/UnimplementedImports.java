package io.gatewaywasm.host.plugin;

/**
 * What happens if a module imports a function that this host does not implement: the
 * guest can call it, but all it gets is the status {@code UNIMPLEMENTED}.
 */
public enum UnimplementedImports {

	/** The plugin starts, with a warning that names the functions. */
	WARN,

	/** The plugin does not start. */
	REFUSE

}
