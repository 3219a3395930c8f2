// The headers that were added, removed or changed between two points.

// Headers that the gateway itself changes on every request or response.
const OF_GATEWAY = new Set([
	"host", "connection", "keep-alive", "upgrade", "te", "trailer", "forwarded", "x-forwarded-for", "x-forwarded-host",
	"x-forwarded-port", "x-forwarded-proto", "x-forwarded-prefix", "content-length", "transfer-encoding",
]);

function valuesByName(headers) {
	const values = new Map();
	for (const { name, value } of headers) {
		values.set(name, values.has(name) ? values.get(name) + ", " + value : value);
	}
	return values;
}

/**
 * Compares two lists of headers.
 * @returns a list of { name, before, after, kind, ofGateway } with kind same, added, changed or removed; ofGateway is
 * true for changes by the gateway itself
 */
export function compare(before, after) {
	const old = valuesByName(before);
	const now = valuesByName(after);
	const names = new Set([...now.keys(), ...old.keys()]);
	return [...names].map((name) => {
		const kind = !old.has(name) ? "added" : !now.has(name) ? "removed" : old.get(name) === now.get(name) ? "same" : "changed";
		return { name, before: old.get(name), after: now.get(name), kind, ofGateway: OF_GATEWAY.has(name) };
	});
}
