package io.gatewaywasm.boot.gateway.attributes;

import java.security.cert.Certificate;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.Collection;
import java.util.List;

import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

import io.gatewaywasm.registry.oci.Digest;
import io.netty.channel.Channel;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.Attribute;
import io.netty.util.AttributeKey;
import org.jspecify.annotations.Nullable;
import reactor.netty.Connection;

/**
 * The TLS attributes of a connection to the client or to the upstream. They do not exist
 * without TLS.
 */
final class TlsProperties {

	private static final int DNS_NAME = 2;

	private static final int URI_NAME = 6;

	private static final int PEM_LINE = 64;

	/**
	 * The session of a connection or {@link #NO_SESSION}, so that its handlers are
	 * searched only once.
	 */
	private static final AttributeKey<Object> SESSION = AttributeKey.valueOf(TlsProperties.class, "session");

	private static final Object NO_SESSION = new Object();

	private TlsProperties() {
	}

	/**
	 * Returns the attribute with this last path segment, or {@code null} if it does not
	 * exist.
	 */
	static @Nullable Object get(@Nullable SSLSession session, String name) {
		if (session == null) {
			return null;
		}
		return switch (name) {
			case "tls_version" -> session.getProtocol();
			case "subject_local_certificate" -> subject(local(session));
			case "subject_peer_certificate" -> subject(peer(session));
			case "dns_san_local_certificate" -> alternativeName(local(session), DNS_NAME);
			case "dns_san_peer_certificate" -> alternativeName(peer(session), DNS_NAME);
			case "uri_san_local_certificate" -> alternativeName(local(session), URI_NAME);
			case "uri_san_peer_certificate" -> alternativeName(peer(session), URI_NAME);
			case "sha256_peer_certificate_digest" -> digest(peer(session));
			case "peer_certificate" -> pem(peer(session));
			default -> null;
		};
	}

	static boolean hasPeerCertificate(@Nullable SSLSession session) {
		return session != null && peer(session) != null;
	}

	/** Returns the server name that the client requested, or an empty string. */
	static String serverName(@Nullable SSLSession session) {
		if (!(session instanceof ExtendedSSLSession extended)) {
			return "";
		}
		return extended.getRequestedServerNames()
			.stream()
			.filter(SNIHostName.class::isInstance)
			.map((name) -> ((SNIHostName) name).getAsciiName())
			.findFirst()
			.orElse("");
	}

	/**
	 * Returns the TLS session of a connection, or {@code null} without TLS. It can only
	 * be found while the connection is open.
	 */
	static @Nullable SSLSession session(@Nullable Connection connection) {
		if (connection == null) {
			return null;
		}
		Channel channel = connection.channel();
		// An HTTP/2 stream is a separate channel; TLS belongs to its parent.
		Channel owner = (channel instanceof Http2StreamChannel stream) ? stream.parent() : channel;
		Attribute<Object> known = owner.attr(SESSION);
		Object session = known.get();
		if (session == null) {
			SslHandler handler = owner.pipeline().get(SslHandler.class);
			session = (handler != null) ? handler.engine().getSession() : NO_SESSION;
			known.set(session);
		}
		return (session instanceof SSLSession found) ? found : null;
	}

	private static @Nullable X509Certificate local(SSLSession session) {
		return first(session.getLocalCertificates());
	}

	private static @Nullable X509Certificate peer(SSLSession session) {
		try {
			return first(session.getPeerCertificates());
		}
		catch (SSLPeerUnverifiedException ex) {
			return null;
		}
	}

	private static @Nullable X509Certificate first(Certificate @Nullable [] chain) {
		return (chain != null && chain.length > 0 && chain[0] instanceof X509Certificate certificate) ? certificate
				: null;
	}

	/** Like Envoy, returns an empty string without a certificate. */
	private static String subject(@Nullable X509Certificate certificate) {
		return (certificate != null) ? CertificateSubject.text(certificate.getSubjectX500Principal()) : "";
	}

	private static @Nullable String alternativeName(@Nullable X509Certificate certificate, int type) {
		try {
			Collection<List<?>> names = (certificate != null) ? certificate.getSubjectAlternativeNames() : null;
			if (names != null) {
				for (List<?> name : names) {
					if (Integer.valueOf(type).equals(name.get(0))) {
						return String.valueOf(name.get(1));
					}
				}
			}
		}
		catch (CertificateParsingException ex) {
			// A certificate with invalid names is treated as one without names.
		}
		return null;
	}

	private static @Nullable String digest(@Nullable X509Certificate certificate) {
		try {
			return (certificate != null) ? Digest.sha256(certificate.getEncoded()).hex() : null;
		}
		catch (CertificateEncodingException ex) {
			return null;
		}
	}

	/** Returns the certificate in PEM, URL-encoded like Envoy's. */
	private static @Nullable String pem(@Nullable X509Certificate certificate) {
		try {
			if (certificate == null) {
				return null;
			}
			String base64 = Base64.getMimeEncoder(PEM_LINE, new byte[] { '\n' })
				.encodeToString(certificate.getEncoded());
			String pem = "-----BEGIN CERTIFICATE-----\n" + base64 + "\n-----END CERTIFICATE-----\n";
			return pem.replace("\n", "%0A")
				.replace(" ", "%20")
				.replace("+", "%2B")
				.replace("/", "%2F")
				.replace("=", "%3D");
		}
		catch (CertificateEncodingException ex) {
			return null;
		}
	}

}
