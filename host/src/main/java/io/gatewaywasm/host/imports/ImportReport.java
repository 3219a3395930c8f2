package io.gatewaywasm.host.imports;

import java.util.List;

/**
 * The imports of a module that can be linked but do nothing.
 *
 * @param unimplemented qualified names of functions that this host knows but does not
 * implement
 * @param unknown qualified names of functions that this host does not know
 */
public record ImportReport(List<String> unimplemented, List<String> unknown) {

	public ImportReport {
		unimplemented = List.copyOf(unimplemented);
		unknown = List.copyOf(unknown);
	}

}
