/**
 * The foreign functions that guests know from Envoy. They do not depend on a gateway. A
 * gateway can replace one by providing a function with the same name.
 */
@NullMarked
package io.gatewaywasm.host.foreign;

import org.jspecify.annotations.NullMarked;
