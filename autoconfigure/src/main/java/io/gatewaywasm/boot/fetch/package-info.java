/**
 * What can be asked of the fetching of modules from HTTP servers and OCI registries, and
 * what comes of it. Knows none of the packages below, which do the work.
 */
@NullMarked
package io.gatewaywasm.boot.fetch;

import org.jspecify.annotations.NullMarked;
