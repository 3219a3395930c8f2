package io.gatewaywasm.host.imports;

import java.util.List;

import io.gatewaywasm.host.abi.FramingHeaders;
import io.gatewaywasm.host.abi.GuestMemory;
import io.gatewaywasm.host.abi.HeaderMap;
import io.gatewaywasm.host.abi.HeaderPair;
import io.gatewaywasm.host.abi.HeaderPairsEncoder;
import io.gatewaywasm.host.abi.MapType;
import io.gatewaywasm.host.abi.PrintableText;
import io.gatewaywasm.host.abi.Status;
import io.gatewaywasm.host.abi.StatusException;

/**
 * The functions of the section "HTTP fields" of the specification.
 */
final class HeaderImports {

	static final ImportArea<HeaderImports> AREA = ImportArea.of("HTTP fields", HeaderImports::new)
		.function("proxy_get_header_map_size", AbiVersion.V0_1_0, "ii", HeaderImports::getSize)
		.function("proxy_get_header_map_pairs", AbiVersion.V0_1_0, "iii", HeaderImports::getPairs)
		.function("proxy_set_header_map_pairs", AbiVersion.V0_1_0, "iii", HeaderImports::setPairs)
		.function("proxy_get_header_map_value", AbiVersion.V0_1_0, "iiiii", HeaderImports::getValue)
		.function("proxy_add_header_map_value", AbiVersion.V0_1_0, "iiiii", HeaderImports::addValue)
		.function("proxy_replace_header_map_value", AbiVersion.V0_1_0, "iiiii", HeaderImports::replaceValue)
		.function("proxy_remove_header_map_value", AbiVersion.V0_1_0, "iii", HeaderImports::removeValue);

	private static final byte[] EMPTY = {};

	private final Guest guest;

	private final HostHeaders host;

	private final HeaderNames names = new HeaderNames();

	private HeaderImports(Guest guest) {
		this.guest = guest;
		this.host = guest.host().headers();
	}

	private Status getSize(GuestMemory memory, long[] arguments) {
		MapType type = type(arguments[0]);
		HeaderMap map = isOfCallout(type) ? null : this.host.measuredHeaders(type);
		if (map == null) {
			// As in Envoy, which never tells the size of the maps of callouts
			return Status.BAD_ARGUMENT;
		}
		// As in Envoy, the size includes names and values, without the overhead of their
		// serialization.
		HeaderPairsEncoder encoder = this.guest.encoder().encode(map);
		memory.writeInt((int) arguments[1], encoder.length() - 4 - 10 * encoder.count());
		return Status.OK;
	}

	private Status getPairs(GuestMemory memory, long[] arguments) {
		HeaderMap map = this.host.headers(type(arguments[0]));
		Guest.checkInts(memory, arguments[1], arguments[2]);
		if (map == null) {
			this.guest.give(memory, EMPTY, arguments[1], arguments[2]);
			return Status.OK;
		}
		HeaderPairsEncoder encoder = this.guest.encoder().encode(map);
		int length = (encoder.count() == 0) ? 0 : encoder.length();
		this.guest.give(memory, encoder.array(), length, arguments[1], arguments[2]);
		return Status.OK;
	}

	private Status setPairs(GuestMemory memory, long[] arguments) {
		MapType type = type(arguments[0]);
		List<HeaderPair> pairs = HeaderFields.rawPairs(memory, arguments[1], arguments[2]);
		HeaderMap map = mutableMap(type);
		List<HeaderPair> accepted = pairs.stream()
			.filter((pair) -> isAccepted(map, type, pair.name(), pair.value()))
			.map((pair) -> new HeaderPair(pair.name(), HeaderFields.clean(pair.value())))
			.toList();
		accepted.forEach((pair) -> noteIfNotSent(map, pair.name(), pair.value()));
		map.replaceAll(accepted);
		return Status.OK;
	}

	private Status getValue(GuestMemory memory, long[] arguments) {
		MapType type = type(arguments[0]);
		String name = this.names.lookup(memory, arguments[1], arguments[2]);
		HeaderMap map = this.host.headers(type);
		if (map == null && !this.host.inLogPhase()) {
			return Status.BAD_ARGUMENT;
		}
		String value = (map != null) ? map.get(name) : null;
		if (value == null && !this.host.missingHeaderIsEmpty()) {
			return Status.NOT_FOUND;
		}
		this.guest.give(memory, (value != null) ? HeaderFields.encode(value) : EMPTY, arguments[3], arguments[4]);
		return Status.OK;
	}

	private Status addValue(GuestMemory memory, long[] arguments) {
		return write(memory, arguments, HeaderMap::add);
	}

	private Status replaceValue(GuestMemory memory, long[] arguments) {
		return write(memory, arguments, HeaderMap::set);
	}

	private Status write(GuestMemory memory, long[] arguments, Write write) {
		MapType type = type(arguments[0]);
		String name = this.names.lookup(memory, arguments[1], arguments[2]);
		String value = Guest.key(memory, arguments[3], arguments[4]);
		HeaderMap map = mutableMap(type);
		if (isAccepted(map, type, name, value)) {
			noteIfNotSent(map, name, value);
			write.to(map, name, HeaderFields.clean(value));
		}
		return Status.OK;
	}

	private Status removeValue(GuestMemory memory, long[] arguments) {
		MapType type = type(arguments[0]);
		String name = this.names.lookup(memory, arguments[1], arguments[2]);
		mutableMap(type).remove(name);
		return Status.OK;
	}

	/**
	 * Whether a name and value are valid in a message. If they are not, the map decides
	 * how to handle this.
	 */
	private static boolean isAccepted(HeaderMap map, MapType type, String name, String value) {
		if (!HeaderFields.isName(name)) {
			map.refuse("invalid header name: " + PrintableText.of(name, PrintableText.NAME));
			return false;
		}
		if (type == MapType.REQUEST_HEADERS && HeaderFields.hasControl(value)) {
			map.refuse("invalid header value for: " + name);
			return false;
		}
		return true;
	}

	private void noteIfNotSent(HeaderMap map, String name, String value) {
		if (FramingHeaders.isOfConnection(name) && !map.values(name).contains(value)) {
			this.host.notSent(name);
		}
	}

	private HeaderMap mutableMap(MapType type) {
		HeaderMap map = this.host.mutableHeaders(type);
		if (map == null) {
			throw StatusException.of(Status.BAD_ARGUMENT);
		}
		return map;
	}

	private static boolean isOfCallout(MapType type) {
		return switch (type) {
			case REQUEST_HEADERS, REQUEST_TRAILERS, RESPONSE_HEADERS, RESPONSE_TRAILERS -> false;
			case GRPC_CALL_INITIAL_METADATA, GRPC_CALL_TRAILING_METADATA, HTTP_CALL_RESPONSE_HEADERS,
					HTTP_CALL_RESPONSE_TRAILERS ->
				true;
		};
	}

	private static MapType type(long code) {
		MapType type = MapType.of((int) code);
		if (type == null) {
			throw StatusException.of(Status.BAD_ARGUMENT);
		}
		return type;
	}

	/** Writes a header to a map. */
	@FunctionalInterface
	private interface Write {

		void to(HeaderMap map, String name, String value);

	}

}
