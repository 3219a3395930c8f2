package io.gatewaywasm.tck.tls;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.List;

import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * Adds TLS to connections, for one version of HTTP.
 */
public final class TlsSockets {

	private static final TrustManager ANY = new X509TrustManager() {

		@Override
		public void checkClientTrusted(X509Certificate[] chain, String type) {
		}

		@Override
		public void checkServerTrusted(X509Certificate[] chain, String type) {
			// The certificate was created for this run, so it is not verified.
		}

		@Override
		public X509Certificate[] getAcceptedIssuers() {
			return new X509Certificate[0];
		}

	};

	private TlsSockets() {
	}

	/** Adds TLS to a client's connection. The ALPN protocol is HTTP/2 or HTTP/1.1. */
	public static Socket client(Socket socket, String serverName, boolean http2) throws IOException {
		SSLSocket secured = (SSLSocket) trusting().getSocketFactory()
			.createSocket(socket, serverName, socket.getPort(), true);
		SSLParameters parameters = parameters(secured, http2);
		parameters.setServerNames(List.of(new SNIHostName(serverName)));
		secured.setSSLParameters(parameters);
		secured.startHandshake();
		return secured;
	}

	/** Adds TLS to a server's connection. The ALPN protocol is HTTP/2 or HTTP/1.1. */
	public static Socket server(Socket socket, SSLContext context, boolean http2) throws IOException {
		SSLSocket secured = (SSLSocket) context.getSocketFactory().createSocket(socket, null, true);
		secured.setSSLParameters(parameters(secured, http2));
		secured.startHandshake();
		return secured;
	}

	private static SSLParameters parameters(SSLSocket socket, boolean http2) {
		SSLParameters parameters = socket.getSSLParameters();
		parameters.setApplicationProtocols(new String[] { http2 ? "h2" : "http/1.1" });
		return parameters;
	}

	private static SSLContext trusting() throws IOException {
		try {
			SSLContext context = SSLContext.getInstance("TLS");
			context.init(null, new TrustManager[] { ANY }, null);
			return context;
		}
		catch (GeneralSecurityException ex) {
			throw new IOException(ex);
		}
	}

}
