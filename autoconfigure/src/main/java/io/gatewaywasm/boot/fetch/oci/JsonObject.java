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
 * A JSON object that someone else wrote. What is missing, or of another type than
 * expected, is as if it were not there.
 */
public final class JsonObject {

	private static final JsonObject EMPTY = new JsonObject(Map.of());

	private final Map<?, ?> members;

	private JsonObject(Map<?, ?> members) {
		this.members = members;
	}

	/**
	 * Read an object.
	 * @param json the text in UTF-8
	 * @param what what it is, for messages
	 * @return the object
	 * @throws ModuleFetchException if the text is not a JSON object
	 */
	public static JsonObject parse(byte[] json, String what) {
		try {
			return new JsonObject(JsonParserFactory.getJsonParser().parseMap(new String(json, StandardCharsets.UTF_8)));
		}
		catch (JsonParseException ex) {
			throw new ModuleFetchException(FetchFailure.PROTOCOL, "The %s is not a JSON object".formatted(what),
					"Check that the location is right.", ex);
		}
	}

	/**
	 * Return a string.
	 * @param name the name of the member
	 * @return its value, or {@code null} if it is not a string
	 */
	public @Nullable String string(String name) {
		return (this.members.get(name) instanceof String string) ? string : null;
	}

	/**
	 * Return a number.
	 * @param name the name of the member
	 * @return its value, or -1 if it is not a whole number
	 */
	long number(String name) {
		Object value = this.members.get(name);
		return (value instanceof Integer || value instanceof Long) ? ((Number) value).longValue() : -1;
	}

	/**
	 * Return an object.
	 * @param name the name of the member
	 * @return its value, empty if it is not an object
	 */
	public JsonObject object(String name) {
		return (this.members.get(name) instanceof Map<?, ?> map) ? new JsonObject(map) : EMPTY;
	}

	/**
	 * Return the objects in an array.
	 * @param name the name of the member
	 * @return those of its elements that are objects
	 */
	public List<JsonObject> objects(String name) {
		return elements(name).stream()
			.filter((element) -> element instanceof Map<?, ?>)
			.map((element) -> new JsonObject((Map<?, ?>) element))
			.toList();
	}

	/**
	 * Return the strings in an array.
	 * @param name the name of the member
	 * @return those of its elements that are strings
	 */
	List<String> strings(String name) {
		return elements(name).stream().filter(String.class::isInstance).map(String.class::cast).toList();
	}

	/**
	 * Return whether there is a member.
	 * @param name its name
	 * @return whether it is there, of whatever type
	 */
	boolean has(String name) {
		return this.members.containsKey(name);
	}

	private List<?> elements(String name) {
		return (this.members.get(name) instanceof List<?> list) ? list : List.of();
	}

}
