import { pluginState, lastLogLine, showLog, showPlugin } from "./facts.js";
import { filters } from "./filters.js";
import { alone, element, nothing, sideBySide } from "./view.js";

const $ = (id) => document.getElementById(id);

let current = filters[0];
let sends = 0;

// --- Choosing a filter ------------------------------------------------------------

function showNavigation() {
	$("filters").replaceChildren(...filters.map((filter) => {
		const link = element("a", { href: "#" + filter.plugin, "data-plugin": filter.plugin },
			element("strong", {}, filter.title), element("span", {}, filter.language));
		return link;
	}));
}

async function choose(filter) {
	current = filter;
	for (const link of $("filters").children) {
		if (link.dataset.plugin === filter.plugin) {
			link.setAttribute("aria-current", "page");
		} else {
			link.removeAttribute("aria-current");
		}
	}
	$("title").textContent = filter.title;
	$("description").textContent = filter.description;
	$("configuration").textContent = filter.configuration;
	$("configuration").parentElement.hidden = filter.configuration === "";
	$("presets").replaceChildren(...filter.presets.map((preset) => {
		const button = element("button", { type: "button" }, preset.name);
		button.addEventListener("click", async () => {
			edit(preset);
			for (let i = 0; i < (preset.times ?? 1); i++) {
				await send();
			}
		});
		return button;
	}));
	edit(filter.presets[0]);
	$("result").hidden = true;
	$("log").replaceChildren();
	await showFacts(Infinity);
}

async function showFacts(lastLine) {
	const { plugin } = current;
	const isCurrent = () => plugin === current.plugin;
	await Promise.all([showLog(plugin, lastLine, isCurrent), showPlugin(plugin, isCurrent)]);
}

function edit(preset) {
	$("method").value = preset.method;
	$("path").value = preset.path;
	$("headers").value = preset.headers;
	$("body").value = preset.body;
	showBodyEditor();
}

// A browser sends no body with a GET.
function showBodyEditor() {
	$("body").parentElement.hidden = $("method").value === "GET";
	$("body").rows = Math.min(10, Math.max(2, $("body").value.split("\n").length));
}

// --- Sending a request ------------------------------------------------------------

function editedHeaders() {
	return $("headers").value.split("\n").filter((line) => line.trim() !== "").map((line) => {
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
		throw new Error("The path has to begin with a slash.");
	}
	return path;
}

// Random is enough to find the request again; crypto.randomUUID is not there without TLS.
function newId() {
	return Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function send() {
	const number = ++sends;
	let lastLine = Infinity;
	$("send").disabled = true;
	try {
		const method = $("method").value;
		const request = { method, path: editedPath(), headers: editedHeaders(), body: method === "GET" ? undefined : $("body").value };
		lastLine = await lastLogLine(current.plugin);
		await exchange(request);
	} catch (problem) {
		// What fetch throws when there is nobody says nothing to a reader.
		showProblem(problem instanceof TypeError && problem.message === "Failed to fetch"
			? "The gateway does not answer. Is it still running?" : problem.message);
	}
	if (number === sends) {
		await showFacts(lastLine);
		$("send").disabled = false;
	}
}

async function exchange({ method, path, headers, body }) {
	const id = newId();
	const before = await pluginState(current.plugin);
	const start = performance.now();
	const response = await fetch(path, { method, headers: [...headers, ["x-request-id", id]], body, cache: "no-store" });
	const returned = {
		status: response.status,
		headers: Array.from(response.headers, ([name, value]) => ({ name, value })),
		body: await response.text(),
	};
	const elapsed = performance.now() - start;
	const found = await fetch("/demo/exchanges/" + id);
	if (!found.ok) {
		throw new Error("The gateway has not seen the request: the path leads to the page's own files.");
	}
	const recorded = await found.json();
	recorded.arrived.body = body ?? "";
	const after = await pluginState(current.plugin);
	showExchange(recorded, returned, new Set(headers.map(([name]) => name)),
		`${outcome(recorded, before, after)} · ${returned.status} · ${elapsed.toFixed(0)} ms`);
}

// Who answered: the counters of the plugin tell a reply of the filter from one that the gateway gave in its place.
function outcome({ forwarded, answered }, before, after) {
	const rose = (counter) => (after?.counters?.[counter] ?? 0) > (before?.counters?.[counter] ?? 0);
	if (rose("failures")) {
		return "The filter failed, and the gateway did as its fail strategy says";
	}
	if (rose("localReplies")) {
		return forwarded ? "The filter put an answer of its own in place of the upstream’s" : "The filter answered the request itself";
	}
	return forwarded && answered ? "The request went through the filter to the upstream and back"
		: "The request did not reach the upstream; the gateway answered";
}

const requestLine = (request) => `${request.method} ${request.path}`;
const statusLine = (response) => String(response.status);

function showExchange({ arrived, forwarded, answered }, returned, ownHeaders, outcome) {
	const interesting = new Set([...ownHeaders, "content-type"]);
	const request = forwarded ? sideBySide(arrived, forwarded, requestLine, interesting)
		: [alone(arrived, requestLine, interesting, "same"), nothing("It did not get that far.")];
	const all = new Set(returned.headers.map(({ name }) => name));
	const response = answered ? sideBySide(answered, returned, statusLine, all)
		: [nothing("There was none."), alone(returned, statusLine, all, "added")];
	$("arrived").replaceChildren(...request[0]);
	$("forwarded").replaceChildren(...request[1]);
	$("answered").replaceChildren(...response[0]);
	$("returned").replaceChildren(...response[1]);
	$("outcome").textContent = outcome;
	$("outcome").className = "outcome " + (returned.status < 400 ? "good" : "bad");
	$("exchange").hidden = false;
	$("result").hidden = false;
}

function showProblem(message) {
	$("outcome").textContent = message;
	$("outcome").className = "outcome bad";
	$("exchange").hidden = true;
	$("result").hidden = false;
}

// --- Start ------------------------------------------------------------------------

function chooseByAddress() {
	choose(filters.find((filter) => "#" + filter.plugin === location.hash) ?? filters[0]);
}

showNavigation();
addEventListener("hashchange", chooseByAddress);
$("method").addEventListener("change", showBodyEditor);
$("request").addEventListener("submit", (event) => {
	event.preventDefault();
	send();
});
chooseByAddress();
