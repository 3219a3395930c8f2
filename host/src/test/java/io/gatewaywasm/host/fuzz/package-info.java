/**
 * Targets for the fuzzer, which {@code .ci/fuzz} runs; the build replays their seeds.
 */
package io.gatewaywasm.host.fuzz;
