/**
 * Attributes of exchanges, connections and routes that guests read.
 */
@NullMarked
package io.gatewaywasm.boot.gateway.attributes;

import org.jspecify.annotations.NullMarked;
