package io.gatewaywasm.host.vm.hostcall;

import java.nio.charset.StandardCharsets;

import io.gatewaywasm.host.abi.PrintableText;
import io.gatewaywasm.host.abi.Status;
import io.gatewaywasm.host.abi.StatusException;
import io.gatewaywasm.host.abi.StreamType;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The properties by which Higress guests control their host: setting one has an effect,
 * in addition to storing the value. If a property has no effect here, this is logged once
 * for each plugin.
 */
final class ControlProperties {

	private static final Logger logger = LoggerFactory.getLogger(ControlProperties.class);

	private static final String SPAN_TAG = "trace_span_tag.";

	/** More digits are not a valid number of bytes. */
	private static final int MAX_DIGITS = 18;

	private final VmScope vm;

	ControlProperties(VmScope vm) {
		this.vm = vm;
	}

	/**
	 * Carries out the effect of setting a property. {@code stream} is {@code null} in a
	 * root context.
	 */
	void set(@Nullable StreamScope stream, String name, byte[] value) {
		switch (name) {
			case "set_decoder_buffer_limit" -> bodyBuffer(stream, StreamType.HTTP_REQUEST, name, value);
			case "set_encoder_buffer_limit" -> bodyBuffer(stream, StreamType.HTTP_RESPONSE, name, value);
			case "wasm_need_rebuild" -> rebuild(value);
			case "set_global_max_requests_per_io_cycle" ->
				ineffective(name, "the gateway's event loops take turns by themselves");
			default -> {
				if (name.startsWith(SPAN_TAG) && name.length() > SPAN_TAG.length()) {
					tagSpan(stream, name, value);
				}
			}
		}
	}

	private void bodyBuffer(@Nullable StreamScope stream, StreamType type, String name, byte[] value) {
		long bytes = bytes(value);
		VmSettings settings = this.vm.settings();
		if (bytes > settings.streamLimits().maxBodyBuffer() && settings.logOnce().isFirst("property " + name)) {
			logger.warn(
					"Wasm plugin '{}' requested a buffer of {} bytes by the property '{}' and gets {}, the value of"
							+ " its 'limits.max-body-buffer'. Raise the limit if larger bodies must pass.",
					settings.plugin(), bytes, name, settings.streamLimits().maxBodyBuffer());
		}
		if (stream == null) {
			ineffective(name, "it was set outside of a stream");
			return;
		}
		// In Envoy, 0 means unlimited
		long wanted = (bytes > 0) ? bytes : Long.MAX_VALUE;
		stream.message(type).bodyBuffer((int) Math.min(wanted, settings.streamLimits().maxBodyBuffer()));
	}

	private static long bytes(byte[] value) {
		String text = new String(value, StandardCharsets.ISO_8859_1);
		if (text.isEmpty() || text.length() > MAX_DIGITS
				|| !text.chars().allMatch((digit) -> digit >= '0' && digit <= '9')) {
			throw StatusException.of(Status.BAD_ARGUMENT);
		}
		return Long.parseLong(text);
	}

	private void rebuild(byte[] value) {
		if (new String(value, StandardCharsets.ISO_8859_1).equals("true")) {
			this.vm.requestRebuild();
		}
	}

	private void tagSpan(@Nullable StreamScope stream, String name, byte[] value) {
		String key = PrintableText.of(name.substring(SPAN_TAG.length()), PrintableText.NAME);
		String text = PrintableText.of(new String(value, StandardCharsets.UTF_8), PrintableText.MESSAGE);
		if (stream == null || !stream.httpStream().tagSpan(key, text)) {
			ineffective(SPAN_TAG + "*",
					(stream == null) ? "it was set outside of a stream" : "requests are not observed");
		}
	}

	/** Logs that a request of the guest has no effect. */
	void ineffective(String name, String reason) {
		if (this.vm.settings().logOnce().isFirst("ineffective " + name)) {
			logger.info("Wasm plugin '{}' set '{}', which is accepted and has no effect: {}",
					this.vm.settings().plugin(), name, reason);
		}
	}

}
