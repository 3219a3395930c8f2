// Creates elements. Text is always set as text, because filters and upstreams control it.

import { compare } from "./diff.js";

export function element(name, attributes = {}, ...children) {
	const made = document.createElement(name);
	for (const [key, value] of Object.entries(attributes)) {
		if (key === "class") {
			made.className = value;
		} else {
			made.setAttribute(key, value);
		}
	}
	made.append(...children.filter((child) => child !== null));
	return made;
}

function headerLine(name, value, style) {
	return element("div", { class: "header " + style },
		element("span", { class: "name" }, name), element("span", { class: "value" }, value));
}

function style({ kind, ofGateway }) {
	return kind === "same" ? "same" : ofGateway ? "gateway" : kind;
}

// Relevant headers come first. Unchanged headers of the browser are folded.
function headerLines(lines, interesting, rest) {
	const shown = lines.filter((line) => line.style !== "same" || interesting.has(line.name));
	const folded = lines.filter((line) => !shown.includes(line));
	const elements = shown.map((line) => headerLine(line.name, line.value, line.style));
	if (folded.length > 0) {
		elements.push(element("details", { class: "folded" },
			element("summary", {}, `${folded.length} ${rest}`),
			...folded.map((line) => headerLine(line.name, line.value, line.style))));
	}
	return elements;
}

function bodyBlock(body, other = body) {
	if (!body) {
		return null;
	}
	// Line by line, as long as the filter left the lines what they were.
	const lines = body.split("\n");
	const others = (other ?? "").split("\n");
	const sameLines = lines.length === others.length;
	return element("pre", { class: "body" }, ...lines.map((line, index) => {
		const same = sameLines ? line === others[index] : body === other;
		return element("span", { class: same ? "" : "changed" }, line, index < lines.length - 1 ? "\n" : "");
	}));
}

/** A message before and after the filter, side by side. */
export function sideBySide(before, after, startLine, interesting) {
	const differences = compare(before.headers, after.headers);
	const left = differences
		.filter((header) => header.before !== undefined)
		.map((header) => ({ name: header.name, value: header.before, style: header.kind === "removed" ? style(header) : "same" }));
	const right = differences
		.filter((header) => header.after !== undefined)
		.map((header) => ({ name: header.name, value: header.after, style: style(header) }));
	const names = new Set([...interesting, ...differences.filter((header) => header.kind !== "same").map((header) => header.name)]);
	const [first, second] = [startLine(before), startLine(after)];
	return [
		[element("div", { class: "start" }, first), ...headerLines(left, names, "more, unchanged"), bodyBlock(before.body)],
		[element("div", { class: "start" + (first === second ? "" : " differs") }, second), ...headerLines(right, names, "more, unchanged"),
			bodyBlock(after.body, before.body)],
	].map((parts) => parts.filter((part) => part !== null));
}

/** A single message. */
export function alone(message, startLine, interesting, kind) {
	const lines = message.headers.map(({ name, value }) => ({ name, value, style: kind }));
	return [element("div", { class: "start" }, startLine(message)), ...headerLines(lines, interesting, "more"),
		bodyBlock(message.body)].filter((part) => part !== null);
}

export function nothing(text) {
	return [element("p", { class: "nothing" }, text)];
}

export function duration(seconds) {
	if (seconds >= 1) {
		return `${seconds.toFixed(2)} s`;
	}
	return seconds >= 0.001 ? `${(seconds * 1e3).toFixed(2)} ms` : `${(seconds * 1e6).toFixed(0)} µs`;
}

export function size(bytes) {
	return bytes >= 1024 * 1024 ? `${(bytes / 1024 / 1024).toFixed(1).replace(".0", "")} MiB` : `${(bytes / 1024).toFixed(0)} KiB`;
}
