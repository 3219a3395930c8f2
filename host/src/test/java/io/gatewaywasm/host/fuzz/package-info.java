/**
 * Targets for the fuzzer, which {@code .ci/fuzz} runs. The build replays their seeds.
 */
package io.gatewaywasm.host.fuzz;
