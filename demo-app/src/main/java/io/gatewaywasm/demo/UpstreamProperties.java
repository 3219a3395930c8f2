package io.gatewaywasm.demo;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Properties of the demo's upstream.
 *
 * @param port port on which the upstream listens, or 0 for any free one
 */
@ConfigurationProperties("demo.upstream")
record UpstreamProperties(@DefaultValue("9090") int port) {

}
