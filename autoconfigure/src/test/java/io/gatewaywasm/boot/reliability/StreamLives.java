package io.gatewaywasm.boot.reliability;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Reads from the log of the probe filter how its streams end.
 */
final class StreamLives implements AutoCloseable {

	private static final Pattern LINE = Pattern.compile("probe (done|log|delete) #(\\d+)");

	private final Logger logger;

	private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

	StreamLives(String plugin) {
		this.logger = (Logger) LoggerFactory.getLogger("gateway.wasm.plugin." + plugin);
		this.lines.start();
		this.logger.addAppender(this.lines);
	}

	/**
	 * Checks that each stream was logged, done and deleted once, in this order. Streams
	 * end after their clients have the response, so this waits until as many have ended.
	 */
	void assertEachEndedOnce(int streams) throws InterruptedException {
		ReloadIntegrationTests.await(
				() -> ends().size() >= streams && ends().values().stream().allMatch((end) -> end.endsWith("delete")));
		Map<Integer, String> ends = ends();
		assertThat(ends).hasSize(streams);
		assertThat(ends.values()).containsOnly("log done delete");
	}

	private Map<Integer, String> ends() {
		Map<Integer, String> ends = new TreeMap<>();
		List.copyOf(this.lines.list).forEach((event) -> {
			Matcher line = LINE.matcher(event.getFormattedMessage());
			if (line.matches()) {
				ends.merge(Integer.valueOf(line.group(2)), line.group(1), (before, next) -> before + " " + next);
			}
		});
		return ends;
	}

	void forget() {
		this.lines.list.clear();
	}

	@Override
	public void close() {
		this.logger.detachAppender(this.lines);
	}

}
