package io.gatewaywasm.tck.generate;

import java.util.ArrayList;
import java.util.List;

import io.gatewaywasm.tck.generate.GeneratedFilter.Block;

/**
 * Generates the scripts of the filters of a wide exchange. At most one of them waits, for
 * the answer of a callout or for a timer.
 */
final class WideScriptGenerator {

	private final Choice choice;

	private final GeneratedRequest request;

	private Wait wait;

	/** Creates a generator for the filters of an exchange with this request. */
	WideScriptGenerator(Choice choice, GeneratedRequest request) {
		this.choice = choice;
		this.request = request;
		this.wait = choice.oneOf(request.yaml().startsWith("[") ? List.of(Wait.CALLOUT, Wait.NONE)
				: List.of(Wait.CALLOUT, Wait.CALLOUT, Wait.TIMER, Wait.NONE));
	}

	/** Generates a filter. */
	GeneratedFilter filter() {
		List<Block> blocks = new ArrayList<>(direction("request", this.request.body(), this.request.trailers()));
		blocks.addAll(direction("response", true, true));
		List<String> end = HostCallGrammar.END.some(this.choice, 2, "");
		if (!end.isEmpty()) {
			blocks.add(new Block(this.choice.oneOf(List.of("log", "log", "done")), end));
		}
		boolean hold = this.choice.chance(1, 4)
				&& blocks.stream().noneMatch((block) -> block.head().endsWith("_headers") && isWait(block));
		return new GeneratedFilter(blocks, hold);
	}

	private List<Block> direction(String direction, boolean body, boolean trailers) {
		List<Block> blocks = new ArrayList<>();
		boolean buffers = body && this.choice.chance(1, 2);
		// A body that changes needs a new length.
		List<String> first = new ArrayList<>(buffers ? List.of("remove " + direction + " content-length") : List.of());
		HostCallGrammar.HEADERS.some(this.choice, 4, direction, first);
		if (this.choice.chance(1, 12) && !this.request.yaml().startsWith("[")) {
			pairs(direction, first);
		}
		HostCallGrammar.STATE.some(this.choice, 2, "", first);
		finish(direction + "_headers", first, blocks);
		if (buffers) {
			blocks.add(new Block(direction + "_body open", new ArrayList<>(List.of("return pause"))));
			List<String> last = HostCallGrammar.BODY.some(this.choice, 3, direction);
			HostCallGrammar.STATE.some(this.choice, 1, "", last);
			finish(direction + "_body end", last, blocks);
		}
		if (trailers && this.choice.chance(1, 2)) {
			List<String> last = HostCallGrammar.TRAILERS.some(this.choice, 3, direction);
			if (buffers) {
				HostCallGrammar.BODY.some(this.choice, 2, direction, last);
			}
			finish(direction + "_trailers", last, blocks);
		}
		return blocks;
	}

	private void pairs(String direction, List<String> lines) {
		if (direction.equals("response")) {
			HostCallGrammar.RESPONSE_PAIRS.some(this.choice, 1, this.choice.oneOf(List.of("200", "201", "404")), lines);
		}
		else {
			HostCallGrammar.REQUEST_PAIRS.some(this.choice, 1, this.request.method(), lines);
		}
	}

	private void finish(String head, List<String> lines, List<Block> blocks) {
		boolean sent = head.startsWith("response_body") || head.endsWith("response_trailers");
		if (this.wait != Wait.NONE && this.choice.chance(1, 4)) {
			Wait chosen = this.wait;
			this.wait = Wait.NONE;
			lines.add(chosen.begin);
			lines.add("return pause");
			blocks.add(new Block(head, lines));
			blocks.add(waited(chosen, head.substring(0, head.indexOf('_')), sent));
			return;
		}
		if (!sent && this.choice.chance(1, 10)) {
			lines.add(reply(head));
			lines.add("return " + this.choice.oneOf(List.of("pause", "continue")));
		}
		else {
			lines.add("return continue");
		}
		blocks.add(new Block(head, lines));
	}

	private Block waited(Wait ended, String direction, boolean sent) {
		List<String> lines = new ArrayList<>(ended.resume);
		if (ended == Wait.CALLOUT) {
			lines.addAll(0, HostCallGrammar.CALL.some(this.choice, 2, ""));
		}
		HostCallGrammar.HEADERS.some(this.choice, 2, direction, lines);
		HostCallGrammar.STATE.some(this.choice, 1, "", lines);
		lines.add((sent || this.choice.chance(2, 3)) ? "continue " + direction
				: this.choice.oneOf(List.of(reply("wait"), reply("wait"), "close " + direction)));
		return new Block(ended.head, lines);
	}

	private String reply(String by) {
		return "reply "
				+ this.choice
					.oneOf(List.of("200 denied", "204 \"\"", "304 \"\"", "401 denied", "503 \"\"", "403 @30000:no"))
				+ " x-by=" + by.replace(' ', '-')
				+ this.choice.oneOf(List.of("", "", " x-by=two", " X-A=", " content-type=text/html"));
	}

	private static boolean isWait(Block block) {
		return block.lines()
			.stream()
			.anyMatch((line) -> line.equals(Wait.CALLOUT.begin) || line.equals(Wait.TIMER.begin));
	}

	/** The event that a filter waits for. */
	private enum Wait {

		/** The response to a callout, or its failure. */
		CALLOUT(ScriptGenerator.CALL + " timeout:500", "call_response", List.of("effective stream")),

		/** A timer. */
		TIMER("tick 30", "tick nth 1", List.of("tick 0", "effective #1")),

		/** Nothing. */
		NONE("", "", List.of());

		private final String begin;

		private final String head;

		private final List<String> resume;

		Wait(String begin, String head, List<String> resume) {
			this.begin = begin;
			this.head = head;
			this.resume = resume;
		}

	}

}
