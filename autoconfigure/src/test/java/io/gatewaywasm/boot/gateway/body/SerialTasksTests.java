package io.gatewaywasm.boot.gateway.body;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Tests for {@link SerialTasks}.
 */
class SerialTasksTests {

	private final SerialTasks tasks = new SerialTasks();

	private final List<String> run = new ArrayList<>();

	@Test
	void taskThatATaskAddsRunsAfterIt() {
		this.tasks.run(() -> {
			add("second");
			this.run.add("first");
		});
		assertThat(this.run).containsExactly("first", "second");
	}

	@Test
	void tasksBehindATaskThatFailsRun() {
		assertThatThrownBy(() -> this.tasks.run(() -> {
			add("second");
			this.tasks.run(() -> {
				throw new IllegalStateException("later");
			});
			add("fourth");
			throw new OutOfMemoryError("first");
		})).isInstanceOf(OutOfMemoryError.class).hasMessage("first");
		assertThat(this.run).containsExactly("second", "fourth");
	}

	@Test
	void tasksRunAfterAFailure() {
		assertThatThrownBy(() -> this.tasks.run(() -> {
			throw new IllegalStateException("on purpose");
		})).hasMessage("on purpose");
		add("next");
		assertThat(this.run).containsExactly("next");
	}

	private void add(String name) {
		this.tasks.run(() -> this.run.add(name));
	}

}
