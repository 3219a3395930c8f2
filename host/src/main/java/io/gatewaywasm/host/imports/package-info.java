/**
 * The functions that a guest may import, one class per area of the specification. Each
 * reads arguments from guest memory, makes a typed call to the host context, and returns
 * a status. They contain no policy.
 */
@NullMarked
package io.gatewaywasm.host.imports;

import org.jspecify.annotations.NullMarked;
