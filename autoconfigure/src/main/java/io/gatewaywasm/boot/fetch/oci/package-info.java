/**
 * OCI registries and the formats of images that hold a module.
 */
@NullMarked
package io.gatewaywasm.boot.fetch.oci;

import org.jspecify.annotations.NullMarked;
