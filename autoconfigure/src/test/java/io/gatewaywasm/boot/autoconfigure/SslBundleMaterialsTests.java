package io.gatewaywasm.boot.autoconfigure;

import java.util.concurrent.atomic.AtomicInteger;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManagerFactory;

import io.gatewaywasm.registry.TlsMaterials.TlsMaterial;
import org.junit.jupiter.api.Test;

import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundleKey;
import org.springframework.boot.ssl.SslManagerBundle;
import org.springframework.boot.ssl.SslOptions;
import org.springframework.boot.ssl.SslStoreBundle;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link SslBundleMaterials}.
 */
class SslBundleMaterialsTests {

	private final DefaultSslBundleRegistry bundles = new DefaultSslBundleRegistry();

	private final SslBundleMaterials materials = new SslBundleMaterials(this.bundles);

	private final AtomicInteger updates = new AtomicInteger();

	private static SslBundle bundle() throws Exception {
		SslManagerBundle managers = SslManagerBundle.of(
				KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm()),
				TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm()));
		return SslBundle.of(SslStoreBundle.NONE, SslBundleKey.NONE, SslOptions.NONE, "TLS", managers);
	}

	private TlsMaterial find(String name) {
		return this.materials.find(name, this.updates::incrementAndGet);
	}

	@Test
	void findsBundlesByName() throws Exception {
		SslBundle bundle = bundle();
		this.bundles.registerBundle("private", bundle);
		assertThat(find("private").trust()).isSameAs(bundle.getManagers().getTrustManagerFactory());
		assertThat(find("private").keys()).isSameAs(bundle.getManagers().getKeyManagerFactory());
	}

	@Test
	void findsNothingWithoutTheBundle() {
		assertThat(find("other")).isNull();
	}

	@Test
	void reportsEachUpdateOnce() throws Exception {
		this.bundles.registerBundle("private", bundle());
		find("private");
		find("private");
		SslBundle updated = bundle();
		this.bundles.updateBundle("private", updated);
		assertThat(this.updates).hasValue(1);
		assertThat(find("private").trust()).isSameAs(updated.getManagers().getTrustManagerFactory());
	}

}
