/**
 * Adapters that start a proxy with modules and configurations, report its addresses, and
 * collect the guests' log lines.
 */
@NullMarked
package io.gatewaywasm.tck.proxy;

import org.jspecify.annotations.NullMarked;
