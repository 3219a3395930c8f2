/**
 * Streams: one HTTP exchange as one plugin processes it.
 * <ul>
 * <li>{@link io.gatewaywasm.host.spi.FilterStream}: the methods that the gateway calls.
 * {@link io.gatewaywasm.host.vm.stream.ExchangeStream} implements them and leases the VM.
 * <li>{@link io.gatewaywasm.host.spi.HttpStream}: the methods that the host calls. The
 * gateway implements them.
 * <li>{@code StreamContext}: the stream inside its VM. The VM uses it as a
 * {@link io.gatewaywasm.host.vm.VmStream}, host calls as a
 * {@link io.gatewaywasm.host.vm.hostcall.StreamScope}, and its two messages as a
 * {@code StreamGuest}.
 * <li>{@code StreamDirection}: the state machine of one message.
 * </ul>
 */
@NullMarked
package io.gatewaywasm.host.vm.stream;

import org.jspecify.annotations.NullMarked;
