/**
 * The plugins of a gateway: where they are declared, how their modules are found and
 * loaded, and who uses them.
 */
@NullMarked
package io.gatewaywasm.boot.plugin;

import org.jspecify.annotations.NullMarked;
