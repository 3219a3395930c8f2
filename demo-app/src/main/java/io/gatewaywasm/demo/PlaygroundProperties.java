package io.gatewaywasm.demo;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Properties of the page's playground.
 *
 * @param enabled whether to run uploaded modules, for clients on this machine
 */
@ConfigurationProperties("demo.playground")
record PlaygroundProperties(@DefaultValue("false") boolean enabled) {

}
