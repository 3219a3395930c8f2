package io.gatewaywasm.boot.gateway;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.HexFormat;

import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLSession;

import io.netty.channel.Channel;
import io.netty.handler.ssl.SslHandler;
import org.jspecify.annotations.Nullable;
import reactor.netty.Connection;

import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.SslInfo;

/**
 * What filters can ask of the encryption between client and gateway.
 */
final class TlsProperties {

	private TlsProperties() {
	}

	static boolean mtls(ServerHttpRequest request) {
		return peer(request) != null;
	}

	static @Nullable String version(ServerHttpRequest request) {
		SSLSession session = session(request);
		return (session != null) ? session.getProtocol() : null;
	}

	static @Nullable String serverName(ServerHttpRequest request) {
		if (!(session(request) instanceof ExtendedSSLSession session)) {
			return null;
		}
		return session.getRequestedServerNames()
			.stream()
			.filter(SNIHostName.class::isInstance)
			.map((name) -> ((SNIHostName) name).getAsciiName())
			.findFirst()
			.orElse(null);
	}

	static @Nullable String peerSubject(ServerHttpRequest request) {
		X509Certificate peer = peer(request);
		return (peer != null) ? peer.getSubjectX500Principal().getName() : null;
	}

	static @Nullable String peerDigest(ServerHttpRequest request) {
		X509Certificate peer = peer(request);
		if (peer == null) {
			return null;
		}
		try {
			return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(peer.getEncoded()));
		}
		catch (CertificateEncodingException | NoSuchAlgorithmException ex) {
			return null;
		}
	}

	private static @Nullable X509Certificate peer(ServerHttpRequest request) {
		SslInfo info = request.getSslInfo();
		X509Certificate[] certificates = (info != null) ? info.getPeerCertificates() : null;
		return (certificates != null && certificates.length > 0) ? certificates[0] : null;
	}

	private static @Nullable SSLSession session(ServerHttpRequest request) {
		Connection connection = NativeConnection.of(request);
		Channel channel = (connection != null) ? connection.channel() : null;
		while (channel != null) {
			SslHandler handler = channel.pipeline().get(SslHandler.class);
			if (handler != null) {
				return handler.engine().getSession();
			}
			// A stream of HTTP/2 is a channel of its own.
			channel = channel.parent();
		}
		return null;
	}

}
