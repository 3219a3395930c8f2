import { lastLogLine, showLog, showPlugin } from "./facts.js";
import { filters } from "./filters.js";
import { outcomeOf, showAnswers, showExchange, showOutcome } from "./exchange.js";
import { acceptDrops, beginWith, openPlayground, ownCurl, run } from "./playground.js";
import { curlOf, editedRequest } from "./request.js";
import { element } from "./view.js";

const $ = (id) => document.getElementById(id);

const own = {
	plugin: "own",
	title: "Your own filter",
	language: "any language",
	description: "Drop in a .wasm file, edit its configuration and send a request. The page shows each callback of the filter and its"
		+ " host calls with decoded arguments.",
};

let current = filters[0];
let sends = 0;

// --- Choosing a filter ------------------------------------------------------------

function showNavigation() {
	$("filters").replaceChildren(...[...filters, own].map((filter) =>
		element("a", { href: "#" + filter.plugin, "data-plugin": filter.plugin },
			element("strong", {}, filter.title), element("span", {}, filter.language))));
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
	document.body.classList.toggle("is-own", filter === own);
	$("arrived-at").textContent = filter === own ? "received by the filter" : "received by the gateway";
	$("returned-to").textContent = filter === own ? "received by the client" : "received by you";
	$("result").hidden = true;
	$("curl").hidden = true;
	$("copied").textContent = "";
	$("send").disabled = false;
	$("log").replaceChildren();
	if (filter === own) {
		await chooseOwn();
	} else {
		await chooseExample(filter);
	}
}

async function chooseOwn() {
	$("presets").replaceChildren();
	$("state").textContent = "";
	if ($("path").value === "") {
		$("path").value = "/";
	}
	showBodyEditor();
	await openPlayground();
}

async function chooseExample(filter) {
	$("configuration").textContent = filter.configuration;
	$("configuration").parentElement.hidden = filter.configuration === "";
	$("source").open = false;
	$("source-files").replaceChildren();
	$("trace-it").href = `#own:${filter.plugin}`;
	$("presets").replaceChildren(...filter.presets.map((preset) => {
		const button = element("button", { type: "button" }, preset.name);
		button.addEventListener("click", async () => {
			edit(preset);
			await send(preset.times ?? 1);
		});
		return button;
	}));
	edit(filter.presets[0]);
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

async function showSource() {
	const { plugin, sources } = current;
	if (!$("source").open || $("source-files").children.length > 0) {
		return;
	}
	const files = await Promise.all(sources.map(async (file) => {
		const response = await fetch("/demo/sources/" + file).catch(() => null);
		return [element("h3", {}, "filters/" + file),
			element("pre", { tabindex: "0", "aria-label": "filters/" + file }, response?.ok ? await response.text() : "The gateway does not respond.")];
	}));
	if (plugin === current.plugin) {
		$("source-files").replaceChildren(...files.flat());
	}
}

// --- Sending requests -------------------------------------------------------------

// Identifies the request. crypto.randomUUID is not available without TLS.
function newId() {
	return Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function send(times = 1) {
	const number = ++sends;
	const filter = current;
	let lastLine = Infinity;
	$("send").disabled = true;
	try {
		if (filter === own) {
			await run();
		} else {
			const request = editedRequest();
			lastLine = await lastLogLine(filter.plugin);
			const results = await Promise.all(Array.from({ length: times }, () => exchange(filter, request)));
			if (filter === current) {
				show(results);
			}
		}
	} catch (problem) {
		// The message of fetch does not explain that the server is down.
		showOutcome(problem instanceof TypeError && problem.message === "Failed to fetch"
			? "The gateway does not respond. Check that it is still running." : problem.message, false);
	}
	if (number === sends) {
		if (current !== own) {
			await showFacts(lastLine);
		}
		$("send").disabled = false;
	}
}

async function exchange({ plugin }, { method, path, headers, body }) {
	const id = newId();
	const start = performance.now();
	const response = await fetch(path, { method, headers: [...headers, ["x-request-id", id]], body, cache: "no-store" });
	const returned = {
		status: response.status,
		headers: Array.from(response.headers, ([name, value]) => ({ name, value })),
		body: await response.text(),
	};
	const elapsed = performance.now() - start;
	const recorded = await recordOf(id);
	recorded.arrived.body = body ?? "";
	return { recorded, returned, elapsed, ownHeaders: new Set(headers.map(([name]) => name)), outcome: outcomeOf(recorded, plugin) };
}

// A filter may end shortly after the response.
async function recordOf(id) {
	for (let attempt = 0; ; attempt++) {
		const found = await fetch("/demo/exchanges/" + id);
		if (!found.ok) {
			throw new Error("The path leads to a file of this page, so the request did not reach the gateway.");
		}
		const recorded = await found.json();
		if (attempt === 40 || recorded.filters.every((filter) => filter.outcome)) {
			return recorded;
		}
		await new Promise((resolve) => setTimeout(resolve, 50));
	}
}

function show(results) {
	if (results.length === 1) {
		const [{ recorded, returned, elapsed, ownHeaders, outcome }] = results;
		showOutcome(`${outcome} · ${returned.status} · ${elapsed.toFixed(0)} ms`, returned.status < 400);
		showExchange(recorded, returned, ownHeaders);
		return;
	}
	const passed = results.filter(({ returned }) => returned.status < 400).length;
	showOutcome(`${results.length} concurrent requests: ${passed} passed, ${results.length - passed} did not`, passed > 0);
	showAnswers(results, ({ recorded, returned, ownHeaders }) => showExchange(recorded, returned, ownHeaders));
}

// --- As curl ----------------------------------------------------------------------

async function copyAsCurl() {
	$("curl").hidden = true;
	try {
		const command = current === own ? ownCurl() : curlOf(editedRequest());
		$("curl").textContent = command;
		$("curl").hidden = false;
		await navigator.clipboard.writeText(command).then(() => $("copied").textContent = "Copied.",
			() => $("copied").textContent = "The browser does not allow the page to copy. Copy the command below.");
	} catch (problem) {
		$("copied").textContent = problem.message;
	}
}

// --- Start ------------------------------------------------------------------------

async function chooseByAddress() {
	const [name, from] = location.hash.slice(1).split(":");
	if (name !== own.plugin) {
		await choose(filters.find((filter) => filter.plugin === name) ?? filters[0]);
		return;
	}
	const example = filters.find((filter) => filter.plugin === from);
	if (example) {
		await beginWith(example);
	}
	await choose(own);
}

showNavigation();
acceptDrops();
addEventListener("hashchange", chooseByAddress);
$("method").addEventListener("change", showBodyEditor);
$("source").addEventListener("toggle", showSource);
$("copy").addEventListener("click", copyAsCurl);
$("request").addEventListener("submit", (event) => {
	event.preventDefault();
	send();
});
chooseByAddress();
