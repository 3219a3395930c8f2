/**
 * OCI registries, and the image formats that can contain a module.
 */
@NullMarked
package io.gatewaywasm.registry.oci;

import org.jspecify.annotations.NullMarked;
