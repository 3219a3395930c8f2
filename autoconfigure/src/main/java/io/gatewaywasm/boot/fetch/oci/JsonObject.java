package io.gatewaywasm.boot.fetch.oci;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

import io.gatewaywasm.boot.fetch.FetchFailure;
import io.gatewaywasm.boot.fetch.ModuleFetchException;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.json.JsonParseException;
import org.springframework.boot.json.JsonParserFactory;

/**
 * A JSON object from an external source. Members of an unexpected type are treated as
 * absent.
 */
public final class JsonObject {

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
		try {
			return new JsonObject(JsonParserFactory.getJsonParser().parseMap(new String(json, StandardCharsets.UTF_8)));
		}
		catch (JsonParseException ex) {
			throw new ModuleFetchException(FetchFailure.PROTOCOL, "The %s is not a JSON object".formatted(what),
					"Check the location.", ex);
		}
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
