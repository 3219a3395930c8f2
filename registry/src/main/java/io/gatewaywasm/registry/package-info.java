/**
 * The module fetching API: requests, results and errors. The packages below it implement
 * it, and this package does not depend on them.
 */
@NullMarked
package io.gatewaywasm.registry;

import org.jspecify.annotations.NullMarked;
