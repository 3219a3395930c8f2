// Reads the request from the form and writes it as a curl command.

const $ = (id) => document.getElementById(id);

/** Parses headers, or throws an error that names the invalid line. */
export function headersOf(text) {
	return text.split("\n").filter((line) => line.trim() !== "").map((line) => {
		const colon = line.indexOf(":");
		if (colon < 1) {
			throw new Error(`“${line.trim()}” is not a header: write “name: value”.`);
		}
		return [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()];
	});
}

function editedPath() {
	const path = $("path").value.trim();
	if (!path.startsWith("/") || path.startsWith("//")) {
		throw new Error("The path must begin with a slash.");
	}
	return path;
}

export function editedRequest() {
	const method = $("method").value;
	return { method, path: editedPath(), headers: headersOf($("headers").value), body: method === "GET" ? undefined : $("body").value };
}

// Between single quotes, a shell changes only single quotes.
function quote(text) {
	return `'${text.replaceAll("'", "'\\''")}'`;
}

/** The request to the gateway. */
export function curlOf({ method, path, headers, body }) {
	const parts = ["curl -i"];
	if (method !== "GET") {
		parts.push(`-X ${method}`);
	}
	parts.push(quote(location.origin + path), ...headers.map(([name, value]) => `-H ${quote(`${name}: ${value}`)}`));
	if (body !== undefined) {
		// As a browser names a text; curl would call it a form.
		if (!headers.some(([name]) => name === "content-type")) {
			parts.push("-H 'content-type: text/plain;charset=UTF-8'");
		}
		parts.push(`--data-raw ${quote(body)}`);
	}
	return parts.join(" ");
}

/** The run of a module, whose file must be in the current directory. */
export function curlOfRun(file, fields) {
	return ["curl", quote(location.origin + "/demo/runs"), `-F ${quote("module=@" + file)}`,
		...fields.filter(([, value]) => value !== "").map(([name, value]) => `--form-string ${quote(`${name}=${value}`)}`)].join(" ");
}
