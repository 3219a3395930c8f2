package io.gatewaywasm.boot.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import javax.net.ServerSocketFactory;

import io.gatewaywasm.boot.fixture.Certificates;
import io.gatewaywasm.boot.fixture.LoopbackServer;
import io.gatewaywasm.boot.fixture.RedisProcess;
import io.gatewaywasm.host.spi.RedisConnection;
import io.gatewaywasm.host.spi.RedisResult;
import io.gatewaywasm.host.spi.RedisTarget;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.jks.JksSslStoreBundle;
import org.springframework.boot.ssl.jks.JksSslStoreDetails;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link LettuceRedisCallouts} with a real Redis, and with servers that
 * misbehave.
 */
@Tag("slow")
@Timeout(180)
@ExtendWith(OutputCaptureExtension.class)
class LettuceRedisCalloutsTests {

	private static final Duration LONG = Duration.ofSeconds(20);

	private final List<AutoCloseable> closed = new ArrayList<>();

	@AfterEach
	void close() throws Exception {
		for (AutoCloseable closeable : this.closed) {
			closeable.close();
		}
	}

	@Test
	void repliesAreWhatTheServerSent() {
		RedisConnection connection = open(redis(), "p", null);
		assertThat(call(connection, "SET", "a", "b")).isEqualTo("+OK\r\n");
		assertThat(call(connection, "GET", "a")).isEqualTo("$1\r\nb\r\n");
		assertThat(call(connection, "GET", "missing")).isEqualTo("$-1\r\n");
		assertThat(call(connection, "INCRBY", "n", "-7")).isEqualTo(":-7\r\n");
		assertThat(call(connection, "INCR", "a")).isEqualTo("-ERR value is not an integer or out of range\r\n");
		assertThat(call(connection, "NOSUCH")).startsWith("-ERR unknown command");
		assertThat(call(connection, "SET", "empty", "")).isEqualTo("+OK\r\n");
		assertThat(call(connection, "MGET", "a", "missing", "empty")).isEqualTo("*3\r\n$1\r\nb\r\n$-1\r\n$0\r\n\r\n");
		assertThat(call(connection, "LRANGE", "missing", "0", "1")).isEqualTo("*0\r\n");
		assertThat(call(connection, "EVAL", "return {1, {'x', {}}, redis.error_reply('E no'), false}", "0"))
			.isEqualTo("*4\r\n:1\r\n*2\r\n$1\r\nx\r\n*0\r\n-E no\r\n$-1\r\n");
	}

	@Test
	void callsAreAnsweredEachWithItsOwnReply() {
		RedisConnection connection = open(redis(), "p", null);
		List<CompletableFuture<RedisResult>> results = IntStream.range(0, 500)
			.mapToObj((i) -> send(connection, LONG, "ECHO", "x".repeat(i)))
			.toList();
		for (int i = 0; i < results.size(); i++) {
			assertThat(text(results.get(i))).isEqualTo("$" + i + "\r\n" + "x".repeat(i) + "\r\n");
		}
	}

	@Test
	void pluginsUsersAndDatabasesHaveConnectionsOfTheirOwn() {
		RedisProcess redis = redis();
		LettuceConnections connections = new LettuceConnections();
		LettuceRedisCallouts callouts = callouts(server(redis.port()));
		RedisConnection first = open(callouts, "a", 0);
		RedisConnection same = open(callouts, "a", 0);
		RedisConnection otherPlugin = open(callouts, "b", 0);
		RedisConnection otherDatabase = open(callouts, "a", 1);
		String id = call(first, "CLIENT", "ID");
		assertThat(call(same, "CLIENT", "ID")).isEqualTo(id);
		assertThat(call(otherPlugin, "CLIENT", "ID")).isNotEqualTo(id);
		call(first, "SET", "a", "b");
		assertThat(call(otherDatabase, "GET", "a")).isEqualTo("$-1\r\n");
		first.close();
		assertThat(call(same, "GET", "a")).isEqualTo("$1\r\nb\r\n");
		same.close();
		assertThat(call(same, "GET", "a")).isEqualTo("the connection was closed");
	}

	@Test
	void pluginHasOnlySoManyConnectionsToServer() {
		LettuceConnections connections = new LettuceConnections();
		LettuceRedisCallouts callouts = callouts(server(redis().port()));
		for (int i = 0; i < 16; i++) {
			assertThat(callouts.open(new RedisTarget("p", "server", "", "", i))).isNotNull();
		}
		assertThat(callouts.open(new RedisTarget("p", "server", "", "", 16))).isNull();
		assertThat(callouts.open(new RedisTarget("q", "server", "", "", 16))).isNotNull();
	}

	@Test
	void credentialsOfOperatorWin() {
		RedisProcess redis = closing(RedisProcess.start("--requirepass", "right"));
		RedisServer own = new RedisServer("server", "127.0.0.1", redis.port(), false, null, null, "right", 3, 1000,
				LONG);
		RedisConnection connection = callouts(own).open(new RedisTarget("p", "server", "guest", "wrong", 5));
		assertThat(connection).isNotNull();
		assertThat(call(connection, "SET", "a", "b")).isEqualTo("+OK\r\n");
		assertThat(call(connection, "CLIENT", "INFO")).contains(" db=3 ");
	}

	@Test
	void credentialsOfGuestAreUsedIfOperatorHasNone() {
		RedisProcess redis = closing(RedisProcess.start("--user", "guest", "on", ">secret", "~*", "+@all"));
		RedisConnection connection = callouts(server(redis.port()))
			.open(new RedisTarget("p", "server", "guest", "secret", null));
		assertThat(connection).isNotNull();
		assertThat(call(connection, "ACL", "WHOAMI")).isEqualTo("$5\r\nguest\r\n");
	}

	@Test
	void wrongPasswordFailsEachCallAndIsLoggedOnceWithoutIt(CapturedOutput output) {
		RedisProcess redis = closing(RedisProcess.start("--requirepass", "right"));
		RedisConnection connection = callouts(server(redis.port()))
			.open(new RedisTarget("p", "server", "", "sesame", null));
		assertThat(connection).isNotNull();
		assertThat(call(connection, "GET", "a")).contains("WRONGPASS");
		assertThat(call(connection, "GET", "a")).contains("WRONGPASS");
		assertThat(output.toString().lines().filter((line) -> line.contains(redis.port() + ") cannot be used")))
			.hasSize(1);
		assertThat(output).doesNotContain("sesame");
	}

	@Test
	void loginsThatAGuestTriesAreLimited() {
		BadServer server = closing(new BadServer(null, false));
		LettuceRedisCallouts callouts = callouts(server(server.port()));
		int opened = 0;
		for (int i = 0; i < 100; i++) {
			RedisConnection connection = callouts.open(new RedisTarget("p", "server", "", "try" + i, null));
			if (connection != null) {
				opened++;
				connection.close();
			}
		}
		assertThat(opened).isEqualTo(16);
		assertThat(callouts.open(new RedisTarget("q", "server", "", "other", null))).isNotNull();
	}

	@Test
	void attemptsToConnectCountUntilTheyEnd() {
		BadServer server = closing(new BadServer(null, false));
		LettuceConnections connections = new LettuceConnections();
		LettuceRedisCallouts callouts = new LettuceRedisCallouts(Map.of("server", server(server.port())),
				connections::connection, Duration.ZERO);
		closing(connections::destroy);
		closing(callouts::destroy);
		for (int i = 0; i < 16; i++) {
			open(callouts, "p", i).close();
		}
		// The server accepts the connections and never logs them in
		await().during(Duration.ofMillis(300))
			.until(() -> callouts.open(new RedisTarget("p", "server", "", "", 16)) == null);
	}

	@Test
	void connectionThatIsOpenedAgainIsUsedAgain() {
		LettuceRedisCallouts callouts = callouts(server(redis().port()));
		RedisConnection first = open(callouts, "p", null);
		String id = call(first, "CLIENT", "ID");
		for (int i = 0; i < 20; i++) {
			first.close();
			open(callouts, "p", 1).close();
			first = open(callouts, "p", null);
			assertThat(call(first, "CLIENT", "ID")).isEqualTo(id);
		}
	}

	@Test
	void unusedConnectionIsClosed() {
		RedisProcess redis = redis();
		LettuceConnections connections = new LettuceConnections();
		LettuceRedisCallouts callouts = new LettuceRedisCallouts(Map.of("server", server(redis.port())),
				connections::connection, Duration.ofMillis(50));
		closing(connections::destroy);
		closing(callouts::destroy);
		RedisConnection used = open(callouts, "p", null);
		RedisConnection unused = open(callouts, "p", 5);
		assertThat(call(unused, "PING")).isEqualTo("+PONG\r\n");
		assertThat(call(used, "CLIENT", "LIST")).contains(" db=5 ");
		unused.close();
		await().atMost(Duration.ofSeconds(30)).until(() -> !call(used, "CLIENT", "LIST").contains(" db=5 "));
		assertThat(call(open(callouts, "p", 5), "PING")).isEqualTo("+PONG\r\n");
	}

	@Test
	void oneTaskIsPendingForAConnectionThatIsUsedAgainAndAgain() {
		ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1);
		closing(timer::shutdownNow);
		LettuceRedisCallouts callouts = withTimer(timer);
		for (int i = 0; i < 1000; i++) {
			open(callouts, "p", null).close();
		}
		assertThat(timer.getQueue()).hasSize(1);
		open(callouts, "q", null).close();
		assertThat(timer.getQueue()).hasSize(2);
	}

	@Test
	void connectionThatIsReleasedDuringTheShutdownIsNoError() {
		LettuceRedisCallouts callouts = withTimer(new ScheduledThreadPoolExecutor(1) {

			@Override
			public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
				throw new RejectedExecutionException("shut down");
			}

		});
		RedisConnection connection = open(callouts, "p", null);
		assertThatNoException().isThrownBy(connection::close);
	}

	private LettuceRedisCallouts withTimer(ScheduledExecutorService timer) {
		RedisServer server = server(1);
		LettuceRedisCallouts callouts = new LettuceRedisCallouts(Map.of("server", server),
				(identity) -> new ReconnectingConnection(CompletableFuture::new, timer,
						new RedisFailureLog("test", server), LONG),
				Duration.ofMinutes(1));
		closing(callouts::destroy);
		return callouts;
	}

	@Test
	void undeclaredServerIsNamedOnce(CapturedOutput output) {
		LettuceConnections connections = new LettuceConnections();
		LettuceRedisCallouts callouts = callouts(server(1));
		assertThat(callouts.open(new RedisTarget("p", "other", "", "", null))).isNull();
		assertThat(callouts.open(new RedisTarget("p", "other", "", "", null))).isNull();
		assertThat(output.toString().lines().filter((line) -> line.contains("'gateway.wasm.redis.<name>'"))).hasSize(1);
	}

	@Test
	void callsFailImmediatelyUntilTheServerIsAvailableAgain(CapturedOutput output) throws Exception {
		RedisProcess redis = RedisProcess.start();
		RedisConnection connection = open(redis, "p", null);
		assertThat(call(connection, "SET", "a", "b")).isEqualTo("+OK\r\n");
		redis.close();
		String failure = "+OK\r\n";
		while (!failure.startsWith("connection failed")) {
			failure = call(connection, "GET", "a");
		}
		// Calls wait only while the gateway tries to connect
		await().atMost(Duration.ofSeconds(60)).until(() -> send(connection, LONG, "GET", "a").isDone());
		closing(RedisProcess.startAt(redis.port()));
		while (!call(connection, "GET", "a").equals("$-1\r\n")) {
			TimeUnit.MILLISECONDS.sleep(20);
		}
		assertThat(output.toString().lines().filter((line) -> line.contains(redis.port() + ") cannot be used")))
			.hasSize(1);
		assertThat(output).contains("can be used by plugin 'p' again");
	}

	@Test
	void replyThatIsTooLargeIsDiscardedAndTheOthersArrive(CapturedOutput output) {
		RedisConnection connection = open(redis(), "p", null);
		assertThat(call(connection, "SETRANGE", "large", "100000000", "x")).isEqualTo(":100000001\r\n");
		List<CompletableFuture<RedisResult>> results = List.of(send(connection, LONG, "INCR", "n"),
				send(connection, LONG, "GET", "large"), send(connection, LONG, "INCR", "n"),
				send(connection, LONG, "MGET", "n", "large", "n"), send(connection, LONG, "INCR", "n"));
		assertThat(results.stream().map(LettuceRedisCalloutsTests::text)).containsExactly(":1\r\n",
				"the reply is larger than 'max-reply-size'", ":2\r\n", "the reply is larger than 'max-reply-size'",
				":3\r\n");
		assertThat(output.toString().lines().filter((line) -> line.contains("max-reply-size"))).hasSize(1);
	}

	@Test
	void replyThatDoesNotComeInTimeFailsTheCall() {
		RedisConnection connection = open(redis(), "p", null);
		assertThat(call(connection, "PING")).isEqualTo("+PONG\r\n");
		CompletableFuture<RedisResult> late = send(connection, Duration.ofMillis(100), "BLPOP", "never", "1");
		CompletableFuture<RedisResult> next = send(connection, LONG, "PING");
		assertThat(text(late)).isEqualTo("no reply within 100 ms");
		assertThat(text(next)).isEqualTo("+PONG\r\n");
	}

	@Test
	void cancelledCallHasNoResult() {
		RedisConnection connection = open(redis(), "p", null);
		List<RedisResult> results = new CopyOnWriteArrayList<>();
		connection.send(command("BLPOP", "never", "1"), LONG, results::add).cancel();
		assertThat(call(connection, "PING")).isEqualTo("+PONG\r\n");
		assertThat(results).isEmpty();
	}

	@Test
	void commandsCountUntilTheirRepliesArriveEvenAfterATimeout() throws Exception {
		RedisProcess redis = redis();
		RedisConnection connection = open(redis, "p", null);
		RedisConnection other = open(redis, "q", null);
		assertThat(call(connection, "PING")).isEqualTo("+PONG\r\n");
		List<RedisResult> results = new CopyOnWriteArrayList<>();
		connection.send(command("BLPOP", "pushed later", "0"), LONG, results::add).cancel();
		List<byte[]> large = command("SET", "a", "x".repeat(1 << 20));
		for (int i = 0; i < 40; i++) {
			connection.send(large, LONG, results::add).cancel();
		}
		assertThat(results).hasSizeBetween(20, 26)
			.containsOnly(new RedisResult.Failure("too many commands are waiting for replies", true));
		assertThat(call(other, "LPUSH", "pushed later", "x")).isEqualTo(":1\r\n");
		while (!call(connection, "PING").equals("+PONG\r\n")) {
			TimeUnit.MILLISECONDS.sleep(20);
		}
	}

	@Test
	void commandAloneIsNotTooLarge() {
		RedisConnection connection = open(redis(), "p", null);
		assertThat(call(connection, "SET", "a", "x".repeat(20 << 20))).isEqualTo("+OK\r\n");
		assertThat(call(connection, "STRLEN", "a")).isEqualTo(":" + (20 << 20) + "\r\n");
	}

	@Test
	void largeCommandLeavesRoomForOthers() {
		RedisProcess redis = redis();
		RedisConnection connection = open(redis, "p", null);
		RedisConnection other = open(redis, "q", null);
		assertThat(call(connection, "PING")).isEqualTo("+PONG\r\n");
		send(connection, LONG, "BLPOP", "pushed later", "0");
		CompletableFuture<RedisResult> large = send(connection, LONG, "SET", "a", "x".repeat(20 << 20));
		CompletableFuture<RedisResult> next = send(connection, LONG, "STRLEN", "a");
		assertThat(call(other, "LPUSH", "pushed later", "x")).isEqualTo(":1\r\n");
		assertThat(text(large)).isEqualTo("+OK\r\n");
		assertThat(text(next)).isEqualTo(":" + (20 << 20) + "\r\n");
	}

	@Test
	void callsThatWaitForTheConnectionCountToo() {
		BadServer server = closing(new BadServer(null, false));
		RedisConnection connection = open(callouts(server(server.port())), "p", null);
		List<RedisResult> results = new CopyOnWriteArrayList<>();
		List<byte[]> large = command("SET", "a", "x".repeat(1 << 20));
		for (int i = 0; i < 40; i++) {
			connection.send(large, LONG, results::add);
		}
		assertThat(results).hasSizeBetween(20, 26)
			.containsOnly(new RedisResult.Failure("too many calls are waiting for the connection", true));
	}

	@Test
	void serverThatRepliesToNothingIsFoundWithShortTimeouts() {
		BadServer server = closing(new BadServer("", false));
		RedisConnection connection = open(callouts(server(server.port())), "p", null);
		List<String> results = new ArrayList<>();
		while (results.size() < 40 && !results.contains("the server does not reply")) {
			results.add(text(send(connection, Duration.ofMillis(200), "GET", "a")));
		}
		assertThat(results).startsWith("no reply within 200 ms").endsWith("the server does not reply");
	}

	@Test
	void serverThatRepliesNowAndThenIsNotSilent() throws Exception {
		RedisProcess redis = redis();
		RedisConnection connection = open(redis, "p", null);
		String id = call(connection, "CLIENT", "ID");
		for (int i = 0; i < 4; i++) {
			assertThat(text(send(connection, Duration.ofMillis(100), "BLPOP", "never", "1"))).startsWith("no reply");
			assertThat(call(connection, "PING")).isEqualTo("+PONG\r\n");
		}
		assertThat(call(connection, "CLIENT", "ID")).isEqualTo(id);
	}

	@Test
	void timeoutsThatDifferAreLoggedAsOneKind(CapturedOutput output) {
		BadServer server = closing(new BadServer("", false));
		RedisConnection connection = open(callouts(server(server.port())), "p", null);
		List<CompletableFuture<RedisResult>> results = IntStream.range(0, 30)
			.mapToObj((i) -> send(connection, Duration.ofMillis(100 + i), "GET", "a"))
			.toList();
		assertThat(results).allSatisfy((result) -> assertThat(text(result)).startsWith("no reply within"));
		assertThat(output.toString().lines().filter((line) -> line.contains("no reply within"))).hasSize(1);
	}

	@Test
	void serverThatClosesInTheMiddleOfReplyFailsTheCall() {
		BadServer server = closing(new BadServer("$10\r\nabc", true));
		RedisConnection connection = open(callouts(server(server.port())), "p", null);
		assertThat(call(connection, "GET", "a")).contains("closed");
	}

	@Test
	void malformedReplyFailsTheCall() {
		BadServer server = closing(new BadServer("HTTP/1.1 400 Bad Request\r\n\r\n", false));
		RedisConnection connection = open(callouts(server(server.port())), "p", null);
		assertThat(call(connection, "GET", "a")).isEqualTo("the reply is malformed");
	}

	@Test
	void tooDeeplyNestedReplyFailsTheCall() {
		BadServer server = closing(new BadServer("*1\r\n".repeat(100) + ":1\r\n", false));
		RedisConnection connection = open(callouts(server(server.port())), "p", null);
		assertThat(call(connection, "GET", "a")).isEqualTo("the reply is nested too deeply");
	}

	@Test
	void certificateOfServerIsChecked(@TempDir Path folder) throws Exception {
		Path keys = Certificates.keyStore(folder, "redis", "ip:127.0.0.1");
		JksSslStoreDetails store = JksSslStoreDetails.forLocation(keys.toUri().toString())
			.withPassword(Certificates.PASSWORD);
		JksSslStoreDetails trust = JksSslStoreDetails
			.forLocation(Certificates.trustStore(folder, "redis").toUri().toString())
			.withPassword(Certificates.PASSWORD);
		BadServer server = closing(new BadServer(
				SslBundle.of(new JksSslStoreBundle(store, null)).createSslContext().getServerSocketFactory(),
				"+over TLS\r\n", false));
		SslBundle trusting = SslBundle.of(new JksSslStoreBundle(null, trust));
		RedisConnection connection = open(callouts(
				new RedisServer("server", "127.0.0.1", server.port(), true, trusting, null, null, null, 1000, LONG)),
				"p", null);
		assertThat(call(connection, "GET", "a")).isEqualTo("+over TLS\r\n");
		RedisConnection untrusting = open(callouts(
				new RedisServer("server", "127.0.0.1", server.port(), true, null, null, null, null, 1000, LONG)), "p",
				null);
		assertThat(call(untrusting, "GET", "a")).startsWith("TLS failure");
	}

	private RedisProcess redis() {
		return closing(RedisProcess.start());
	}

	private <T extends AutoCloseable> T closing(T closeable) {
		this.closed.add(0, closeable);
		return closeable;
	}

	private static RedisServer server(int port) {
		return new RedisServer("server", "127.0.0.1", port, false, null, null, null, null, 1 << 20, LONG);
	}

	private LettuceRedisCallouts callouts(RedisServer server) {
		LettuceConnections connections = new LettuceConnections();
		LettuceRedisCallouts callouts = new LettuceRedisCallouts(Map.of("server", server), connections);
		closing(connections::destroy);
		closing(callouts::destroy);
		return callouts;
	}

	private RedisConnection open(RedisProcess redis, String plugin, @Nullable Integer database) {
		return open(callouts(server(redis.port())), plugin, database);
	}

	private static RedisConnection open(LettuceRedisCallouts callouts, String plugin, @Nullable Integer database) {
		RedisConnection connection = callouts.open(new RedisTarget(plugin, "server", "", "", database));
		assertThat(connection).isNotNull();
		return connection;
	}

	private static List<byte[]> command(String... parts) {
		return Arrays.stream(parts).map((part) -> part.getBytes(StandardCharsets.ISO_8859_1)).toList();
	}

	private static CompletableFuture<RedisResult> send(RedisConnection connection, Duration timeout, String... parts) {
		CompletableFuture<RedisResult> result = new CompletableFuture<>();
		connection.send(command(parts), timeout, result::complete);
		return result;
	}

	private static String call(RedisConnection connection, String... parts) {
		return text(send(connection, LONG, parts));
	}

	private static String text(CompletableFuture<RedisResult> result) {
		RedisResult ended = result.join();
		return (ended instanceof RedisResult.Reply reply) ? new String(reply.data(), StandardCharsets.ISO_8859_1)
				: ((RedisResult.Failure) ended).reason();
	}

	/**
	 * Logs clients in as Redis does, and answers everything else with the same bytes, or
	 * answers nothing at all.
	 */
	private static final class BadServer implements AutoCloseable {

		private final LoopbackServer server;

		private final @Nullable String reply;

		private final boolean closing;

		BadServer(@Nullable String reply, boolean closing) {
			this(ServerSocketFactory.getDefault(), reply, closing);
		}

		BadServer(ServerSocketFactory sockets, @Nullable String reply, boolean closing) {
			this.reply = reply;
			this.closing = closing;
			this.server = new LoopbackServer(sockets, this::serve);
		}

		int port() {
			return this.server.port();
		}

		private void serve(Socket client) throws IOException {
			try (client) {
				serve(client.getInputStream(), client.getOutputStream());
			}
		}

		private void serve(InputStream input, OutputStream output) throws IOException {
			byte[] buffer = new byte[4096];
			int length;
			while ((length = input.read(buffer)) > 0) {
				if (this.reply == null) {
					continue;
				}
				String commands = new String(buffer, 0, length, StandardCharsets.ISO_8859_1);
				for (String command : commands.split("(?=\\*[0-9]+\r\n)")) {
					if (command.contains("PING")) {
						output.write("+PONG\r\n".getBytes(StandardCharsets.ISO_8859_1));
					}
					else if (command.contains("CLIENT")) {
						output.write("+OK\r\n".getBytes(StandardCharsets.ISO_8859_1));
					}
					else {
						output.write(this.reply.getBytes(StandardCharsets.ISO_8859_1));
						output.flush();
						if (this.closing) {
							return;
						}
					}
				}
			}
		}

		@Override
		public void close() {
			this.server.close();
		}

	}

}
