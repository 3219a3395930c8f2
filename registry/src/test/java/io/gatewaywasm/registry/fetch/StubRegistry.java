package io.gatewaywasm.registry.fetch;

import io.gatewaywasm.registry.oci.Blob;
import io.gatewaywasm.registry.oci.Image;
import io.gatewaywasm.testsupport.StubServer;

/**
 * A registry in this process, whose responses are defined by the test.
 */
final class StubRegistry extends StubServer {

	StubRegistry push(String repository, String tag, Image image) {
		image.layers().forEach((blob) -> blob(repository, blob));
		blob(repository, image.config());
		return manifest(repository, tag, image.manifest().bytes());
	}

	StubRegistry blob(String repository, Blob blob) {
		blob(repository, blob.bytes());
		return this;
	}

	@Override
	public StubRegistry manifest(String repository, String tag, byte[] bytes) {
		super.manifest(repository, tag, bytes);
		return this;
	}

}
