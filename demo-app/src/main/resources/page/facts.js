// The log, the state and the times of a filter, from the gateway.

import { duration, element, size } from "./view.js";

const PHASES = ["request_headers", "request_body", "response_headers", "response_body", "response_trailers", "end"];

const $ = (id) => document.getElementById(id);

// Returns null if the resource is missing or the gateway does not respond.
async function read(path) {
	try {
		const response = await fetch(path, { cache: "no-store" });
		return response.ok ? await response.json() : null;
	} catch {
		return null;
	}
}

async function logLines(plugin) {
	return await read(`/demo/log/${plugin}`) ?? [];
}

/** Returns the number of the last line that a filter logged. */
export async function lastLogLine(plugin) {
	return Math.max(0, ...(await logLines(plugin)).map((line) => line.number));
}

/** Returns the plugin from the endpoint, or null. */
export async function pluginState(plugin) {
	return read(`/actuator/wasm/${plugin}`);
}

// Marks lines of the current request as fresh, and keeps some earlier ones.
export async function showLog(plugin, lastLine, isCurrent) {
	const lines = await logLines(plugin);
	if (!isCurrent()) {
		return;
	}
	showLogLines(lines.slice(-8).map((line) => ({ ...line, fresh: line.number > lastLine })));
}

export function showLogLines(lines) {
	$("log").replaceChildren(...lines.map((line) => element("li", { class: line.fresh ? "fresh" : "" },
		element("b", { class: line.level.toLowerCase() }, line.level), element("span", {}, line.text))));
	if (lines.length === 0) {
		$("log").replaceChildren(element("li", { class: "nothing" }, "No log lines yet."));
	}
}

export async function showPlugin(plugin, isCurrent) {
	const status = await pluginState(plugin);
	if (!isCurrent()) {
		return;
	}
	const state = status?.state ?? "no response";
	$("state").textContent = state;
	$("state").className = "state " + (status ? state : "failed");
	const facts = status?.module ? [
		["Module", `${status.location.replace(/.*[/:]/, "")}, ${size(status.module.size)}`],
		["ABI", `${status.module.abiVersion}`],
		["VMs", `${status.instances.serving} of ${status.instances.target}, ${size(status.instances.memory)} in total`],
		["Routes", status.routes.join(", ")],
		["Requests", `${status.counters.streams}`],
		["Local responses", `${status.counters.localResponses}`],
		["Failures", `${status.counters.failures}${status.lastError ? ": " + status.lastError : ""}`],
	] : [["State", state], ...(status?.lastError ? [["Failure", status.lastError]] : [])];
	$("plugin").replaceChildren(...facts.flatMap(([name, value]) => [element("dt", {}, name), element("dd", {}, value)]));
	await showPhases(plugin, (status?.counters?.streams ?? 0) > 0, isCurrent);
}

function measured(metric, name) {
	return metric?.measurements.find((measurement) => measurement.statistic === name)?.value ?? 0;
}

// The meter does not exist before the first request. Its maximum is left out, because it is that of the last minutes only.
async function showPhases(plugin, measuredYet, isCurrent) {
	const metric = `/actuator/metrics/wasm.filter.duration?tag=plugin:${plugin}`;
	const known = (measuredYet ? await read(metric) : null)?.availableTags.find((tag) => tag.tag === "phase")?.values ?? [];
	const phases = PHASES.filter((phase) => known.includes(phase));
	const timers = await Promise.all(phases.map((phase) => read(`${metric}&tag=phase:${phase}`)));
	if (!isCurrent()) {
		return;
	}
	const rows = phases.map((phase, index) => {
		const timer = timers[index];
		const count = measured(timer, "COUNT");
		return { phase, count, mean: count > 0 ? measured(timer, "TOTAL_TIME") / count : 0 };
	});
	const slowest = Math.max(...rows.map((row) => row.mean), 1e-9);
	$("phases").replaceChildren(...rows.map((row) => {
		const bar = element("i", { class: "bar" });
		bar.style.width = `${Math.max(2, 100 * row.mean / slowest)}%`;
		return element("tr", {}, element("th", { scope: "row" }, row.phase.replace("_", " "), bar),
			element("td", {}, String(row.count)), element("td", {}, duration(row.mean)));
	}));
	if (rows.length === 0) {
		$("phases").replaceChildren(element("tr", {}, element("td", { colspan: "3", class: "nothing" }, "No requests yet.")));
	}
}
