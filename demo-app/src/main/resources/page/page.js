import { filters } from "./filters.js";
import { alone, duration, element, nothing, sideBySide, size } from "./view.js";

const PHASES = ["request_headers", "request_body", "response_headers", "response_body", "response_trailers", "end"];

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
		link.toggleAttribute("aria-current", link.dataset.plugin === filter.plugin);
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
	await Promise.all([showLog(Infinity), showPlugin()]);
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
	return $("headers").value.split("\n")
		.filter((line) => line.includes(":"))
		.map((line) => [line.slice(0, line.indexOf(":")).trim().toLowerCase(), line.slice(line.indexOf(":") + 1).trim()]);
}

// Random is enough to find the request again; crypto.randomUUID is not there without TLS.
function newId() {
	return Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function send() {
	const number = ++sends;
	const id = newId();
	const method = $("method").value;
	const headers = editedHeaders();
	const body = method === "GET" ? undefined : $("body").value;
	$("send").disabled = true;
	const lastLine = Math.max(0, ...(await logLines(current.plugin)).map((line) => line.number));
	try {
		const start = performance.now();
		const response = await fetch($("path").value, { method, headers: [...headers, ["x-request-id", id]], body, cache: "no-store" });
		const returned = {
			status: response.status,
			headers: Array.from(response.headers, ([name, value]) => ({ name, value })),
			body: await response.text(),
		};
		const elapsed = performance.now() - start;
		const found = await fetch("/demo/exchanges/" + id);
		if (!found.ok) {
			throw new Error("the gateway has not seen the request");
		}
		const exchange = await found.json();
		exchange.arrived.body = body ?? "";
		showExchange(exchange, returned, new Set(headers.map(([name]) => name)), elapsed);
	} catch (problem) {
		showProblem(problem);
	}
	if (number === sends) {
		$("send").disabled = false;
		await Promise.all([showLog(lastLine), showPlugin()]);
	}
}

const requestLine = (request) => `${request.method} ${request.path}`;
const statusLine = (response) => String(response.status);

function showExchange({ arrived, forwarded, answered }, returned, ownHeaders, elapsed) {
	const interesting = new Set([...ownHeaders, "content-type"]);
	const request = forwarded ? sideBySide(arrived, forwarded, requestLine, interesting)
		: [alone(arrived, requestLine, interesting, "same"), nothing("It did not get that far.")];
	const all = new Set(returned.headers.map(({ name }) => name));
	const response = answered ? sideBySide(answered, returned, statusLine, all)
		: [nothing("There was none: the answer is the filter’s own."), alone(returned, statusLine, all, "added")];
	$("arrived").replaceChildren(...request[0]);
	$("forwarded").replaceChildren(...request[1]);
	$("answered").replaceChildren(...response[0]);
	$("returned").replaceChildren(...response[1]);
	const outcome = forwarded ? "The request went through the filter to the upstream and back"
		: "The filter answered the request itself";
	$("outcome").textContent = `${outcome} · ${returned.status} · ${elapsed.toFixed(0)} ms`;
	$("outcome").className = "outcome " + (returned.status < 400 ? "good" : "bad");
	$("result").hidden = false;
}

function showProblem(problem) {
	$("outcome").textContent = "The request failed: " + problem.message;
	$("outcome").className = "outcome bad";
	for (const id of ["arrived", "forwarded", "answered", "returned"]) {
		$(id).replaceChildren(...nothing("–"));
	}
	$("result").hidden = false;
}

// --- What the gateway knows -------------------------------------------------------

async function read(path) {
	const response = await fetch(path, { cache: "no-store" });
	return response.ok ? response.json() : null;
}

async function logLines(plugin) {
	return await read(`/demo/log/${plugin}`) ?? [];
}

// Lines after the last one that was there before the request are the request's; some more stay to be seen.
async function showLog(lastLine) {
	const { plugin } = current;
	const lines = await logLines(plugin);
	if (plugin !== current.plugin) {
		return;
	}
	const shown = lines.slice(-8);
	$("log").replaceChildren(...shown.map((line) => element("li", { class: line.number > lastLine ? "fresh" : "" },
		element("b", { class: line.level.toLowerCase() }, line.level), element("span", {}, line.text))));
	if (shown.length === 0) {
		$("log").replaceChildren(element("li", { class: "nothing" }, "Nothing so far."));
	}
}

async function showPlugin() {
	const { plugin } = current;
	const status = await read(`/actuator/wasm/${plugin}`);
	if (plugin !== current.plugin) {
		return;
	}
	const state = status?.state ?? "unknown";
	$("state").textContent = state;
	$("state").className = "state " + state;
	const facts = status?.module ? [
		["Module", `${status.location.replace("classpath:filters/", "")}, ${size(status.module.size)}`],
		["ABI", `${status.module.abiVersion}`],
		["VMs", `${status.instances.serving} of ${status.instances.target}, ${size(status.instances.memory)} in all`],
		["Routes", status.routes.join(", ")],
		["Requests", `${status.counters.streams}`],
		["Own replies", `${status.counters.localReplies}`],
		["Failures", `${status.counters.failures}${status.lastError ? ": " + status.lastError : ""}`],
	] : [["State", state]];
	$("plugin").replaceChildren(...facts.flatMap(([name, value]) => [element("dt", {}, name), element("dd", {}, value)]));
	await showPhases(plugin, (status?.counters?.streams ?? 0) > 0);
}

function measured(metric, name) {
	return metric.measurements.find((measurement) => measurement.statistic === name)?.value ?? 0;
}

// Before the first request there is no such meter.
async function showPhases(plugin, measuredYet) {
	const metric = `/actuator/metrics/wasm.filter.duration?tag=plugin:${plugin}`;
	const known = (measuredYet ? await read(metric) : null)?.availableTags.find((tag) => tag.tag === "phase")?.values ?? [];
	const phases = PHASES.filter((phase) => known.includes(phase));
	const timers = await Promise.all(phases.map((phase) => read(`${metric}&tag=phase:${phase}`)));
	if (plugin !== current.plugin) {
		return;
	}
	const rows = phases.map((phase, index) => {
		const timer = timers[index];
		const count = measured(timer, "COUNT");
		return { phase, count, mean: count > 0 ? measured(timer, "TOTAL_TIME") / count : 0, longest: measured(timer, "MAX") };
	});
	const slowest = Math.max(...rows.map((row) => row.mean), 1e-9);
	$("phases").replaceChildren(...rows.map((row) => {
		const bar = element("i", { class: "bar" });
		bar.style.width = `${Math.max(2, 100 * row.mean / slowest)}%`;
		return element("tr", {}, element("th", { scope: "row" }, row.phase.replace("_", " "), bar),
			element("td", {}, String(row.count)), element("td", {}, duration(row.mean)), element("td", {}, duration(row.longest)));
	}));
	if (rows.length === 0) {
		$("phases").replaceChildren(element("tr", {}, element("td", { colspan: "4", class: "nothing" }, "No request so far.")));
	}
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
