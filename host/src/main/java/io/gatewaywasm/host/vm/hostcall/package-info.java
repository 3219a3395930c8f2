/**
 * Implements the host calls: the data and actions that a guest accesses through the
 * functions that it imports. This package accesses the VM only through a
 * {@link io.gatewaywasm.host.vm.hostcall.VmScope}.
 */
@NullMarked
package io.gatewaywasm.host.vm.hostcall;

import org.jspecify.annotations.NullMarked;
