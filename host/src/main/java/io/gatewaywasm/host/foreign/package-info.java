/**
 * The foreign functions that guests know from Envoy. They belong to no gateway: a gateway
 * replaces one by offering its own under the same name.
 */
@NullMarked
package io.gatewaywasm.host.foreign;

import org.jspecify.annotations.NullMarked;
