package io.gatewaywasm.registry.oci;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.gatewaywasm.registry.FetchFailure;
import io.gatewaywasm.registry.ModuleFetchException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * A JSON object from an external source. Members of an unexpected type are treated as
 * absent.
 */
public final class JsonObject {

	private static final JsonFactory JSON = new JsonFactory();

	private static final JsonObject EMPTY = new JsonObject(Map.of());

	private final Map<?, ?> members;

	private JsonObject(Map<?, ?> members) {
		this.members = members;
	}

	/**
	 * Parses an object.
	 * @param json the text in UTF-8
	 * @param what the name of the object in messages
	 * @throws ModuleFetchException if the text is not a JSON object
	 */
	public static JsonObject parse(byte[] json, String what) {
		try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), json)) {
			if (parser.nextToken() == JsonToken.START_OBJECT) {
				JsonObject object = new JsonObject(members(parser));
				if (parser.nextToken() == null) {
					return object;
				}
			}
			throw invalid(what, null);
		}
		catch (JacksonException ex) {
			throw invalid(what, ex);
		}
	}

	private static ModuleFetchException invalid(String what, @Nullable Exception cause) {
		return new ModuleFetchException(FetchFailure.PROTOCOL, "The %s is not a JSON object".formatted(what),
				"Check the location.", cause);
	}

	/** The parser limits the depth of nesting, and with it the depth of these calls. */
	private static @Nullable Object value(JsonParser parser) {
		return switch (parser.currentToken()) {
			case START_OBJECT -> members(parser);
			case START_ARRAY -> elements(parser);
			case VALUE_STRING -> parser.getString();
			case VALUE_NUMBER_INT -> parser.getNumberValue();
			default -> null;
		};
	}

	private static Map<String, @Nullable Object> members(JsonParser parser) {
		Map<String, @Nullable Object> members = new LinkedHashMap<>();
		while (parser.nextToken() != JsonToken.END_OBJECT) {
			String name = parser.currentName();
			parser.nextToken();
			members.put(name, value(parser));
		}
		return members;
	}

	private static List<@Nullable Object> elements(JsonParser parser) {
		List<@Nullable Object> elements = new ArrayList<>();
		while (parser.nextToken() != JsonToken.END_ARRAY) {
			elements.add(value(parser));
		}
		return elements;
	}

	/**
	 * Returns a member, or {@code null} if it is not a string.
	 */
	public @Nullable String string(String name) {
		return (this.members.get(name) instanceof String string) ? string : null;
	}

	/**
	 * Returns a member, or -1 if it is not an integer.
	 */
	long number(String name) {
		Object value = this.members.get(name);
		return (value instanceof Integer || value instanceof Long) ? ((Number) value).longValue() : -1;
	}

	/**
	 * Returns a member, or an empty object if it is not an object.
	 */
	public JsonObject object(String name) {
		return (this.members.get(name) instanceof Map<?, ?> map) ? new JsonObject(map) : EMPTY;
	}

	/**
	 * Returns the objects in an array.
	 */
	public List<JsonObject> objects(String name) {
		return elements(name).stream()
			.filter((element) -> element instanceof Map<?, ?>)
			.map((element) -> new JsonObject((Map<?, ?>) element))
			.toList();
	}

	/**
	 * Returns the strings in an array.
	 */
	List<String> strings(String name) {
		return elements(name).stream().filter(String.class::isInstance).map(String.class::cast).toList();
	}

	/**
	 * Returns whether there is a member with that name, of any type.
	 */
	boolean has(String name) {
		return this.members.containsKey(name);
	}

	private List<?> elements(String name) {
		return (this.members.get(name) instanceof List<?> list) ? list : List.of();
	}

}
