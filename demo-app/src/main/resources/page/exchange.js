// An exchange before and after the filter, and its outcome.

import { alone, element, nothing, sideBySide } from "./view.js";

const $ = (id) => document.getElementById(id);

const requestLine = (request) => `${request.method} ${request.path}`;
const statusLine = (response) => String(response.status);

/** Shows one sentence and hides earlier results. */
export function showOutcome(text, good) {
	$("outcome").textContent = text;
	$("outcome").className = "outcome " + (good ? "good" : "bad");
	for (const id of ["exchange", "failure", "answers", "trace"]) {
		$(id).hidden = true;
	}
	$("result").hidden = false;
}

/** Shows the four messages of an exchange, with a note for missing ones. */
export function showExchange({ arrived, forwarded, answered }, returned, ownHeaders) {
	const interesting = new Set([...ownHeaders, "content-type"]);
	const request = forwarded ? sideBySide(arrived, forwarded, requestLine, interesting)
		: [alone(arrived, requestLine, interesting, "same"), nothing("The request did not reach the upstream.")];
	const all = new Set((returned?.headers ?? []).map(({ name }) => name));
	const response = answered && returned ? sideBySide(answered, returned, statusLine, all)
		: [answered ? alone(answered, statusLine, interesting, "same") : nothing("No response."),
			returned ? alone(returned, statusLine, all, answered ? "same" : "added") : nothing("No response.")];
	$("arrived").replaceChildren(...request[0]);
	$("forwarded").replaceChildren(...request[1]);
	$("answered").replaceChildren(...response[0]);
	$("returned").replaceChildren(...response[1]);
	$("exchange").hidden = false;
}

/** Describes which filters ran, as the gateway observed, and the source of the response. */
export function outcomeOf({ filters, forwarded, answered }, plugin) {
	const ran = filters.find((filter) => filter.plugin === plugin);
	if (!ran) {
		const others = filters.map((filter) => filter.plugin).join(", ");
		return others ? `This filter did not run. The route of this path has ${others}`
			: "No filter ran. No route with a filter matches this path";
	}
	if (ran.outcome === "failure") {
		return `The filter failed (${ran.reason}), and its fail strategy applied`;
	}
	if (ran.outcome === "local_response") {
		return forwarded ? "The filter replaced the response of the upstream" : "The filter answered the request itself";
	}
	return forwarded && answered ? "The request passed through the filter to the upstream and back"
		: "The request passed through the filter but did not reach the upstream. The gateway answered";
}

/** Lists the responses to concurrent requests and shows one of them. */
export function showAnswers(results, look) {
	const rows = results.map((result, index) => {
		const button = element("button", { type: "button" }, `${index + 1}`);
		button.setAttribute("aria-label", `Show request ${index + 1}`);
		const row = element("tr", {}, element("th", { scope: "row" }, button),
			element("td", { class: result.returned.status < 400 ? "good" : "bad" }, String(result.returned.status)),
			element("td", {}, `${result.elapsed.toFixed(0)} ms`), element("td", { class: "text" }, result.outcome));
		button.addEventListener("click", () => {
			for (const other of rows) {
				other.removeAttribute("aria-current");
			}
			row.setAttribute("aria-current", "true");
			look(result);
		});
		return row;
	});
	$("answer-rows").replaceChildren(...rows);
	$("answers").hidden = false;
	rows[rows.length - 1].querySelector("button").click();
}
