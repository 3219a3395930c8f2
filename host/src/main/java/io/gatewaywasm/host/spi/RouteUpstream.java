package io.gatewaywasm.host.spi;

import java.net.URI;

/**
 * The configured upstream of a stream's route. Guests read its name as the property
 * {@code cluster_name}.
 *
 * @param name the name
 * @param uri scheme, host and port
 */
public record RouteUpstream(String name, URI uri) {

}
