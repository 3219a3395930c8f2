/**
 * Signatures of images, as made by cosign with a key of the user.
 */
@NullMarked
package io.gatewaywasm.registry.verify;

import org.jspecify.annotations.NullMarked;
