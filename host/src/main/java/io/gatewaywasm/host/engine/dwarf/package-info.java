/**
 * Reads the source lines of a module's instructions from its DWARF debug information.
 */
@NullMarked
package io.gatewaywasm.host.engine.dwarf;

import org.jspecify.annotations.NullMarked;
