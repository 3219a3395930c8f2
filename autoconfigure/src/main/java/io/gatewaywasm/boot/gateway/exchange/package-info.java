/**
 * Exchanges in filters: carries out the host's decisions, phase by phase.
 */
@NullMarked
package io.gatewaywasm.boot.gateway.exchange;

import org.jspecify.annotations.NullMarked;
