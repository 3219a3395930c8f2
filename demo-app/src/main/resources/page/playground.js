// Runs a module of the user on the server and shows the result.

import { showLogLines } from "./facts.js";
import { showExchange, showOutcome } from "./exchange.js";
import { curlOfRun, editedRequest, headersOf } from "./request.js";
import { element, size } from "./view.js";

const $ = (id) => document.getElementById(id);

let module = null;
let settings = null;

/** Shows whether the demo accepts modules. */
export async function openPlayground() {
	settings ??= await fetch("/demo/playground").then((response) => response.json()).catch(() => null);
	$("playground-note").textContent = settings?.enabled === false
		? "This demo does not run uploaded modules, because demo.playground.enabled is false."
		: "Your filter runs inside this demo, for clients on this machine only: one at a time, modules up to"
			+ ` ${size(settings?.largestModule ?? 8 << 20)}, 128 MiB of memory, 2 s of CPU time per callback, 5,000 calls and 20 s in total.`
			+ " Compiling a large module may take a minute. The filter calls no real hosts: the upstream and its calls are simulated with"
			+ " the values below. The page is not part of any artifact. To turn uploads off, set demo.playground.enabled=false.";
	$("send").disabled = settings?.enabled === false;
}

export function setModule(file) {
	module = file;
	if (file) {
		const chosen = new DataTransfer();
		chosen.items.add(file);
		$("module").files = chosen.files;
	}
	$("module-name").textContent = file ? `${file.name}, ${size(file.size)}` : "";
}

/** Loads a filter of the demo into the playground. */
export async function beginWith(filter) {
	const response = await fetch(`/demo/modules/${filter.module}`);
	setModule(new File([await response.blob()], filter.module));
	$("own-configuration").value = filter.configuration;
	$("own-configuration").rows = Math.min(12, Math.max(3, filter.configuration.split("\n").length));
	$("root-id").value = filter.rootId ?? "";
	$("upstreams").value = filter.upstreams ?? "";
	const preset = filter.presets[0];
	$("method").value = preset.method;
	$("path").value = preset.path;
	$("headers").value = preset.headers;
	$("body").value = preset.body;
	$("response-headers").value = preset.responseHeaders ?? "";
	$("response-body").value = preset.responseBody ?? "";
}

function fields() {
	const request = editedRequest();
	headersOf($("response-headers").value);
	return [
		["configuration", $("own-configuration").value], ["root-id", $("root-id").value.trim()],
		["method", request.method], ["path", request.path], ["headers", $("headers").value], ["body", request.body ?? ""],
		["response-status", $("response-status").value.trim()], ["response-headers", $("response-headers").value],
		["response-body", $("response-body").value], ["upstreams", $("upstreams").value],
	];
}

export function ownCurl() {
	return curlOfRun(module?.name ?? "filter.wasm", fields());
}

export async function run() {
	if (!module) {
		throw new Error("No module selected. Drop a .wasm file into the field above, or choose one.");
	}
	if (settings?.largestModule && module.size > settings.largestModule) {
		throw new Error(`${module.name} has ${size(module.size)}, but this page runs modules up to ${size(settings.largestModule)}.`);
	}
	const form = new FormData();
	form.append("module", module, module.name);
	for (const [name, value] of fields()) {
		// Browsers change line ends in text, but not in bytes.
		form.append(name, new Blob([value]));
	}
	showOutcome("Compiling and running… A large module takes a minute the first time.", true);
	const response = await fetch("/demo/runs", { method: "POST", body: form });
	const report = await response.json().catch(() => null);
	if (!report || report.problem) {
		throw new Error(report?.problem ?? `The demo responded with status ${response.status}.`);
	}
	show(report);
}

const OUTCOMES = {
	NOT_STARTED: "The filter did not start and received no request",
	REPLIED: "The filter sent a local response",
	RESET: "The filter reset the connection",
	PAUSED: "The filter paused the exchange and did not resume it within ten simulated seconds",
	PASSED: "The request passed through the filter to the upstream and back",
};

const FAILURES = {
	trap: "The filter trapped",
	timeout: "The filter was stopped: a callback took too long",
	bound: "The filter was stopped: it made too many calls or ran too long",
	exit: "The filter called proc_exit",
	"stack-overflow": "The filter used up the stack",
};

function sentence({ outcome, failure }) {
	return outcome === "FAILED" ? `${FAILURES[failure.reason] ?? "The filter failed"}, and the client got an error`
		: OUTCOMES[outcome];
}

// Explains messages of the host.
function hint(message) {
	if (message.includes("proxy_on_configure returned false") || message.includes("proxy_on_vm_start returned false")) {
		return "The filter rejects its configuration or its root id. Read its last log lines.";
	}
	return message.includes("is not a WebAssembly module") ? "Choose the .wasm file that the build of the filter creates." : "";
}

function show(report) {
	const status = report.returned ? ` · ${report.returned.status}` : "";
	const waited = report.waited > 0 && report.outcome !== "PAUSED" ? ` · after ${report.waited} simulated ms` : "";
	showOutcome(sentence(report) + status + waited, report.outcome === "PASSED" || report.outcome === "REPLIED");
	if (report.failure) {
		showFailure(report.failure);
	}
	if (report.outcome !== "NOT_STARTED") {
		showExchange(report, report.returned, new Set(report.arrived.headers.map(({ name }) => name)));
	}
	$("callbacks").replaceChildren(...report.trace.map((callback) => callbackItem(callback, report.trace.length <= 20)));
	$("trace").hidden = report.trace.length === 0;
	showLogLines(report.log.slice(-100).map((line) => ({ ...line, fresh: true })));
}

function showFailure({ message, stack, lastLines }) {
	$("failure").replaceChildren(element("h3", {}, "Reason"), element("p", { class: "why" }, message),
		hint(message) ? element("p", { class: "why" }, hint(message)) : "",
		stack.length > 0 ? element("pre", {}, stack.map((name) => `at ${name}`).join("\n")) : "",
		lastLines.length > 0 ? element("h3", {}, "Last log lines of the filter") : "",
		lastLines.length > 0 ? element("pre", {}, lastLines.join("\n")) : "");
	$("failure").hidden = false;
}

// A status other than OK is not an error, but worth noticing.
function style(line) {
	return line.endsWith("did not return") ? "bad" : /\) = (?!OK\b)[A-Z_]{3,}/.test(line) && /^\s*proxy_/.test(line) ? "odd" : "";
}

function callbackItem({ call, calls }, open) {
	const callStyle = call.endsWith("did not return") ? "bad" : "";
	if (calls.length === 0) {
		return element("li", { class: callStyle }, element("code", {}, call));
	}
	const details = element("details", {}, element("summary", {}, element("code", {}, call)),
		element("ol", {}, ...calls.map((line) => element("li", { class: style(line) }, element("code", {}, line)))));
	details.open = open && calls.length <= 200;
	return element("li", { class: callStyle }, details);
}

/** Accepts a file that is dropped anywhere on the field. */
export function acceptDrops() {
	const drop = $("drop");
	for (const type of ["dragenter", "dragover"]) {
		drop.addEventListener(type, (event) => {
			event.preventDefault();
			drop.classList.add("over");
		});
	}
	drop.addEventListener("dragleave", () => drop.classList.remove("over"));
	drop.addEventListener("drop", (event) => {
		event.preventDefault();
		drop.classList.remove("over");
		if (event.dataTransfer.files.length > 0) {
			setModule(event.dataTransfer.files[0]);
		}
	});
	$("module").addEventListener("change", () => setModule($("module").files[0] ?? null));
}
