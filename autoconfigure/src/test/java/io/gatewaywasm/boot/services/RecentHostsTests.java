package io.gatewaywasm.boot.services;

import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RecentHosts}.
 */
class RecentHostsTests {

	private final AtomicLong now = new AtomicLong();

	private final RecentHosts hosts = new RecentHosts(this.now::get);

	@Test
	void furtherHostsAreRefusedUntilOthersAreNotRecent() {
		for (int i = 0; i < RecentHosts.MAX_HOSTS; i++) {
			assertThat(this.hosts.add("p", "http://" + i)).isTrue();
		}
		assertThat(this.hosts.add("p", "http://other")).isFalse();
		this.now.addAndGet(RecentHosts.RECENT.toNanos());
		assertThat(this.hosts.add("p", "http://0")).isTrue();
		assertThat(this.hosts.add("p", "http://other")).isFalse();
		this.now.incrementAndGet();
		assertThat(this.hosts.add("p", "http://other")).isTrue();
		assertThat(this.hosts.add("p", "http://0")).isTrue();
	}

	@Test
	void otherPluginsHaveHostsOfTheirOwn() {
		for (int i = 0; i <= RecentHosts.MAX_HOSTS; i++) {
			this.hosts.add("p", "http://" + i);
		}
		assertThat(this.hosts.add("p", "http://other")).isFalse();
		assertThat(this.hosts.add("q", "http://other")).isTrue();
		assertThat(this.hosts.add("q", "http://0")).isTrue();
		assertThat(this.hosts.add("p", "http://0")).isTrue();
	}

}
