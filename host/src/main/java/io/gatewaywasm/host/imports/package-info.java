/**
 * The functions that a guest may call, one class per area of the specification; each
 * translates guest memory to a typed call and a status back, and holds no policy.
 */
@NullMarked
package io.gatewaywasm.host.imports;

import org.jspecify.annotations.NullMarked;
