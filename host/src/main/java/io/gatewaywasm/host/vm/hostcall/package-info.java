/**
 * Host calls: what a guest can read and do through the functions that it imports. Sees
 * the VM through a {@link io.gatewaywasm.host.vm.hostcall.VmScope} only.
 */
@NullMarked
package io.gatewaywasm.host.vm.hostcall;

import org.jspecify.annotations.NullMarked;
