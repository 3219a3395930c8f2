/**
 * Data and queues shared by the VMs of this process, bounded and kept in memory.
 */
@NullMarked
package io.gatewaywasm.host.shared;

import org.jspecify.annotations.NullMarked;
