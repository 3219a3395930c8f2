/**
 * VMs: one module instance each, with its root and stream contexts, entered by one thread
 * at a time.
 */
@NullMarked
package io.gatewaywasm.host.vm;

import org.jspecify.annotations.NullMarked;
