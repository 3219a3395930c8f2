package io.gatewaywasm.boot.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicInteger;

import io.gatewaywasm.boot.fixture.GatewayFixture;
import io.gatewaywasm.boot.fixture.LoopbackServer;
import io.gatewaywasm.boot.fixture.RedisGateway;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Integration tests for filters that misuse Redis, and for servers that misbehave.
 */
@Tag("slow")
@Timeout(300)
class RedisAttackIntegrationTests {

	private static final AtomicInteger marks = new AtomicInteger();

	private static LoopbackServer rude;

	private static RedisGateway servers;

	@BeforeAll
	static void start() {
		rude = new LoopbackServer(RudeRedis::serve);
		servers = RedisGateway.start((redis) -> GatewayFixture.builder()
			.property("gateway.wasm.redis.real.uri", redis.uri())
			.property("gateway.wasm.redis.rude.uri", "redis://127.0.0.1:" + rude.port())
			.plugin("redis", "redis_rust")
			.route("redis", "Wasm=redis"));
	}

	@AfterAll
	static void stop() {
		if (servers != null) {
			servers.close();
		}
		if (rude != null) {
			rude.close();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "sElEcT 3", "script debug yes", "SCRIPT Debug SYNC", "POST /", "host: evil",
			"Client REPLY OFF", "client no-touch on", "reset", "psync ? -1", "xread block 0 streams a $",
			"XREADGROUP GROUP g c COUNT 1 BLOCK 0 STREAMS k >", "wait 1 0", "waitaof 1 0 0", "blmpop 0 1 a LEFT",
			"multi", "DEBUG sleep 60", "failover", "ssubscribe a", "config set dir /", "slaveof no one",
			"Module list" })
	void commandThatEndangersTheConnectionOrTheServerIsRefused(String command) {
		String name = "mark" + marks.incrementAndGet();
		assertThat(send("real", "x-redis", command + ";ECHO " + name))
			.isEqualTo("status 2;$" + name.length() + " " + name);
	}

	@ParameterizedTest
	@ValueSource(strings = { "*1\\r\\n$4\\r\\nPING\\r\\n*1\\r\\n$4\\r\\nQUIT\\r\\n", "PING\\r\\n",
			"*1\\r\\n$4\\r\\nPING", "*1\\r\\n$4\\r\\nPING\\r\\n\\r\\n", "*1\\r\\n$-1\\r\\n", "*0\\r\\n", "*-1\\r\\n",
			"*1\\r\\n$0\\r\\n\\r\\n", "*2\\r\\n$4\\r\\nPING\\r\\n$2147483647\\r\\n", "*99999999999\\r\\n",
			"$4\\r\\nPING\\r\\n", "*+1\\r\\n$4\\r\\nPING\\r\\n", "*1\\n$4\\nPING\\n",
			"*2\\r\\n$4\\r\\nPING\\r\\n:1\\r\\n" })
	void queryThatIsNotOneCommandIsRefused(String query) {
		assertThat(send("real", "x-redis-raw", query)).isEqualTo("status 2");
		assertThat(send("real", "x-redis", "PING")).isEqualTo("+PONG");
	}

	@Test
	void scriptThatSelectsADatabaseLeavesTheConnectionWhereItIs() {
		String script = "redis.call('select',5) return redis.call('set','where','five')";
		assertThat(send("real", "x-redis-raw",
				"*3\\r\\n$4\\r\\nEVAL\\r\\n$" + script.length() + "\\r\\n" + script + "\\r\\n$1\\r\\n0\\r\\n"))
			.isEqualTo("+OK");
		assertThat(send("real", "x-redis", "GET where")).isEqualTo("$-1");
	}

	@ParameterizedTest
	@ValueSource(strings = { "+OK", "$5\r\nhel", "*2\r\n$1\r\na\r\n", "*1000000000\r\n", "-", "$3\r\nabc" })
	void serverThatClosesInTheMiddleOfAReplyFailsTheCall(String reply) {
		assertThat(rude(reply, "close")).isEqualTo("failed 1 0");
		assertServesAgain();
	}

	@ParameterizedTest
	@ValueSource(strings = { "%1\r\n+a\r\n+b\r\n", ">2\r\n+message\r\n+a\r\n", "#t\r\n", "$99999999999\r\n", "$x\r\n",
			"*\r\n", "\r\n", "HTTP/1.1 400 Bad Request\r\n\r\n", "\0\0\0\0" })
	void replyThatIsNotResp2FailsTheCall(String reply) {
		assertThat(rude(reply, "keep")).isEqualTo("failed 1 0");
		assertServesAgain();
	}

	@Test
	void tooDeeplyNestedReplyFailsTheCall() {
		assertThat(rude("*1\r\n".repeat(100) + "+a\r\n", "keep")).isEqualTo("failed 1 0");
		assertServesAgain();
	}

	@Test
	void replyOfAHundredMegabytesFailsTheCallAndNoOther() {
		assertThat(send("rude", "x-redis", "HUGE 104857600")).isEqualTo("failed 1 0");
		assertServesAgain();
	}

	@ParameterizedTest
	@ValueSource(strings = { "+EXTRA\r\n", "+EX", "$100\r\npart", "\r\n", "*2\r\n:1\r\n" })
	void replyToNoCommandReachesNoCall(String extra) {
		assertThat(rude("+OK\r\n" + extra, "keep")).isEqualTo("+OK");
		assertServesAgain();
	}

	/** The gateway connects again after a pause if the connection was closed. */
	private static void assertServesAgain() {
		Awaitility.await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
			int mark = marks.incrementAndGet();
			assertThat(rude(":" + mark + "\r\n", "keep")).isEqualTo(":" + mark);
		});
	}

	private static String rude(String reply, String then) {
		String bytes = HexFormat.of().formatHex(reply.getBytes(StandardCharsets.ISO_8859_1));
		return send("rude", "x-redis", "RAW " + bytes + " " + then);
	}

	private static String send(String server, String header, String value) {
		GatewayFixture gateway = servers.gateway();
		assertThat(gateway.get("/redis/x", header, value, "x-redis-upstream", server).statusCode()).isEqualTo(200);
		return gateway.upstream().lastRequest().header("x-redis-reply");
	}

	/** Sends the bytes that {@code RAW bytes close} and {@code HUGE size} ask for. */
	private static final class RudeRedis {

		private RudeRedis() {
		}

		private static void serve(Socket client) throws IOException {
			try (client; InputStream in = client.getInputStream(); OutputStream out = client.getOutputStream()) {
				while (reply(command(in), out)) {
					out.flush();
				}
			}
		}

		private static boolean reply(String[] command, OutputStream out) throws IOException {
			if (command[0].equals("HUGE")) {
				int size = Integer.parseInt(command[1]);
				out.write(("$" + size + "\r\n").getBytes(StandardCharsets.US_ASCII));
				byte[] part = new byte[1 << 20];
				for (int left = size; left > 0; left -= part.length) {
					out.write(part, 0, Math.min(left, part.length));
				}
				out.write("\r\n".getBytes(StandardCharsets.US_ASCII));
				return true;
			}
			if (command[0].equals("RAW")) {
				out.write(HexFormat.of().parseHex(command[1]));
				return !command[2].equals("close");
			}
			out.write("+OK\r\n".getBytes(StandardCharsets.US_ASCII));
			return true;
		}

		private static String[] command(InputStream in) throws IOException {
			String[] parts = new String[Integer.parseInt(line(in).substring(1))];
			for (int i = 0; i < parts.length; i++) {
				int length = Integer.parseInt(line(in).substring(1));
				parts[i] = new String(in.readNBytes(length), StandardCharsets.UTF_8);
				line(in);
			}
			return parts;
		}

		private static String line(InputStream in) throws IOException {
			StringBuilder line = new StringBuilder();
			for (int next = in.read(); next != '\r'; next = in.read()) {
				if (next < 0) {
					throw new IOException("end");
				}
				line.append((char) next);
			}
			in.read();
			return line.toString();
		}

	}

}
