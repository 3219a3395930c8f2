package io.gatewaywasm.boot.services;

import java.nio.charset.StandardCharsets;

import io.netty.buffer.ByteBuf;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link CalloutPath}.
 */
class CalloutPathTests {

	@ParameterizedTest
	@ValueSource(strings = { "/", "/a//b/../c", "/%2e%2E/x", "/a?b=c+d&e=%20;f", "/~a!$'()*,:@" })
	void whatAUriTakesIsPlain(String path) {
		assertThat(new CalloutPath(path).isPlain()).isTrue();
		assertThat(line(path)).isEqualTo("GET " + path + " HTTP/1.1");
	}

	@ParameterizedTest
	@ValueSource(strings = { "/echo?q={\"a\":1}", "/echo?q=a|b^c", "/echo?q=100%", "/%zz", "/a[b]=1#frag", "/a\\b`<>",
			"/\u00c3\u00a9?x=\u00c3\u00a9", "/%", "/%4", "*", "no-slash", "@other.example/", "http://other.example/",
			"" })
	void otherBytesAreSentAsTheyAre(String path) {
		assertThat(new CalloutPath(path).isPlain()).isFalse();
		assertThat(line(path)).isEqualTo("GET " + path + " HTTP/1.1");
	}

	@Test
	void spaceIsEscaped() {
		assertThat(line("/a b|c")).isEqualTo("GET /a%20b|c HTTP/1.1");
	}

	@Test
	void tabIsEscaped() {
		assertThat(new CalloutPath("/a\tHTTP/1.1").isPlain()).isFalse();
		assertThat(line("/a\tb|\tc")).isEqualTo("GET /a%09b|%09c HTTP/1.1");
	}

	@Test
	void charactersThatServersTreatAsASpaceAreEscaped() {
		assertThat(line("/a\u000bb|\fc ")).isEqualTo("GET /a%0Bb|%0Cc%20 HTTP/1.1");
	}

	@ParameterizedTest
	@ValueSource(strings = { "/\u00ff\u00e9|", "/\u00c3\u00a9\u00c3", "/a\u0080" })
	void bytesThatAreNotTextAreSentUnchanged(String path) {
		assertThat(line(path)).isEqualTo("GET " + path + " HTTP/1.1");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			value = { "/a\u0001b | true", "/a\u007fb | true", "/a\tb\u000b | false", "/\u00ff | false" })
	void controlCharactersAreThoseThatAreNotEscaped(String path, boolean expected) {
		assertThat(new CalloutPath(path).hasControl()).isEqualTo(expected);
	}

	private static String line(String path) {
		EmbeddedChannel channel = new EmbeddedChannel(new HttpClientCodec(),
				new CalloutPath.Handler(new CalloutPath(path)));
		channel.writeOutbound(new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/"));
		StringBuilder sent = new StringBuilder();
		for (ByteBuf part = channel.readOutbound(); part != null; part = channel.readOutbound()) {
			sent.append(part.toString(StandardCharsets.ISO_8859_1));
			part.release();
		}
		channel.finishAndReleaseAll();
		return sent.substring(0, sent.indexOf("\r\n"));
	}

}
