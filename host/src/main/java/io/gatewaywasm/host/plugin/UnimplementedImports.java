package io.gatewaywasm.host.plugin;

/**
 * What happens if a module imports a function that this host does not implement. The
 * guest can call the function, but it only returns the status {@code UNIMPLEMENTED}.
 */
public enum UnimplementedImports {

	/** The plugin starts with a warning that names the functions. */
	WARN,

	/** The plugin does not start. */
	REFUSE

}
