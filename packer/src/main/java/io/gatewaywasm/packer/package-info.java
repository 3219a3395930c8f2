/**
 * Packs a filter as an image and pushes it to a registry. Needs only a JDK.
 */
@NullMarked
package io.gatewaywasm.packer;

import org.jspecify.annotations.NullMarked;
