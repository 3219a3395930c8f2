package io.gatewaywasm.tck.tls;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;

import javax.net.ssl.SSLSocket;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class TlsSocketsTests {

	@TempDir
	private Path directory;

	@ParameterizedTest
	@CsvSource({ "true,h2", "false,http/1.1" })
	void bothSidesAgreeOnTheVersionOfHttp(boolean http2, String protocol) throws Exception {
		SelfSignedCertificate certificate = SelfSignedCertificate.create(this.directory);
		try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
				Socket client = new Socket(server.getInetAddress(), server.getLocalPort());
				Socket accepted = server.accept()) {
			CompletableFuture<Socket> secured = CompletableFuture.supplyAsync(() -> {
				try {
					return TlsSockets.server(accepted, certificate.serverContext(), http2);
				}
				catch (Exception ex) {
					throw new IllegalStateException(ex);
				}
			});
			SSLSocket socket = (SSLSocket) TlsSockets.client(client, "tck.example", http2);
			assertThat(socket.getApplicationProtocol()).isEqualTo(protocol);
			assertThat(socket.getSession().getPeerPrincipal().getName()).contains("CN=tck.example");
			socket.getOutputStream().write(7);
			assertThat(secured.get().getInputStream().read()).isEqualTo(7);
		}
	}

	@Test
	void keyAndCertificateAreBlocksOfPem() throws Exception {
		SelfSignedCertificate certificate = SelfSignedCertificate.create(this.directory);
		assertThat(certificate.certificate()).startsWith("-----BEGIN CERTIFICATE-----\n")
			.endsWith("-----END CERTIFICATE-----\n");
		assertThat(certificate.privateKey()).startsWith("-----BEGIN PRIVATE KEY-----\n")
			.endsWith("-----END PRIVATE KEY-----\n");
	}

}
