package io.gatewaywasm.tck.generate;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import io.gatewaywasm.tck.generate.GeneratedFilter.Block;

/**
 * Generates the scripts of filters for one exchange. At most one of them makes a callout.
 */
final class ScriptGenerator {

	static final String CALL = "call auth :method=GET :path=/auth :authority=auth";

	private static final List<String> HEADER_CALLS = List.of("add %s x-new 1", "replace %s x-a 2", "remove %s x-a",
			"get %s x-a", "replace %s x-b \"\"", "get %s x-none", "body %s", "set-property my.value 1");

	private static final List<String> BODY_CALLS = List.of("body %s", "body %s 0 3", "body-status %s",
			"set-body %s 0 0 pre", "set-body %s 0 all new", "set-body %s end 0 post", "set-body %s 0 2 x");

	private static final List<String> LATE_CALLS = List.of("get response :status", "get response x-a",
			"get request :path", "say end");

	private final Choice choice;

	private final Set<Feature> features;

	private boolean called;

	ScriptGenerator(Choice choice, Set<Feature> features) {
		this.choice = choice;
		this.features = features;
	}

	/** Generates a filter. {@code requestBody} says whether the request has a body. */
	GeneratedFilter filter(boolean requestBody) {
		List<Block> blocks = new ArrayList<>(direction("request", requestBody));
		blocks.addAll(direction("response", true));
		blocks.stream()
			.filter(Block::calls)
			.findFirst()
			.map((block) -> callResponse(block.head()))
			.ifPresent(blocks::add);
		if (this.choice.chance(1, 2)) {
			blocks.add(new Block("log", new ArrayList<>(List.of(this.choice.oneOf(LATE_CALLS)))));
		}
		// If only the headers are paused, the callout and the paused message race.
		boolean hold = this.choice.chance(1, 4)
				&& blocks.stream().noneMatch((block) -> block.head().endsWith("_headers") && block.calls());
		return new GeneratedFilter(blocks, hold);
	}

	private Block callResponse(String phase) {
		List<String> lines = new ArrayList<>(List.of("effective stream"));
		if (this.choice.chance(1, 2)) {
			lines.add(this.choice.oneOf(List.of("get call :status", "get call x-a", "body call")));
		}
		boolean goesOn = phase.startsWith("response_body") || this.choice.chance(2, 3);
		lines.add(goesOn ? "continue " + phase.substring(0, phase.indexOf('_')) : "reply 403 denied x-by=call");
		return new Block("call_response", lines);
	}

	private List<Block> direction(String direction, boolean body) {
		List<Block> blocks = new ArrayList<>();
		List<String> lines = new ArrayList<>(List.of("remove " + direction + " content-length"));
		some(HEADER_CALLS, direction, lines);
		blocks.add(end(direction + "_headers", lines, 6, List.of("continue", "continue", "continue", "continue", "2")));
		if (!body || this.choice.chance(1, 3)) {
			return blocks;
		}
		List<String> last = new ArrayList<>();
		if (this.choice.chance(2, 3)) {
			// What host calls see of a body that is passed on depends on its parts.
			blocks.add(new Block(direction + "_body open", new ArrayList<>(List.of("return pause"))));
			some(BODY_CALLS, direction, last);
		}
		blocks.add(end(direction + "_body end", last, 8, List.of("continue")));
		return blocks;
	}

	private Block end(String head, List<String> lines, int rarity, List<String> actions) {
		int chance = this.choice.below(rarity);
		boolean sent = head.startsWith("response_body");
		if (chance == 0 && !sent) {
			reply(head, lines);
		}
		else if (chance == 1 && !this.called) {
			this.called = true;
			lines.add(CALL);
			lines.add("return " + pause(head));
		}
		else {
			lines.add("return " + ((!sent && this.choice.chance(1, 40)) ? "pause" : this.choice.oneOf(actions)));
		}
		return new Block(head, lines);
	}

	private void reply(String head, List<String> lines) {
		lines.add("reply " + this.choice.oneOf(List.of("200", "401", "403", "503")) + " denied x-by=" + head);
		if (this.features.contains(Feature.SECOND_RESPONSE)) {
			lines.add("reply 418 second x-by=second");
		}
		lines.add("return " + this.choice.oneOf(List.of("pause", "pause", "continue")));
	}

	private String pause(String head) {
		boolean all = this.features.contains(Feature.PAUSE_OF_ALL) && head.endsWith("_headers");
		return all ? this.choice.oneOf(List.of("3", "4")) : "pause";
	}

	private void some(List<String> templates, String direction, List<String> lines) {
		for (int i = this.choice.below(4); i > 0; i--) {
			lines.add(this.choice.oneOf(templates).formatted(direction));
		}
	}

	/** A behavior of scripts that plain exchanges leave out. */
	enum Feature {

		/** A second local response follows the first in the same callback. */
		SECOND_RESPONSE,

		/** A headers callback that makes a callout pauses the whole message. */
		PAUSE_OF_ALL

	}

}
