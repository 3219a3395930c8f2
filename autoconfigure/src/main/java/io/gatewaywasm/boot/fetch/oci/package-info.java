/**
 * OCI registries, and the image formats that can contain a module.
 */
@NullMarked
package io.gatewaywasm.boot.fetch.oci;

import org.jspecify.annotations.NullMarked;
