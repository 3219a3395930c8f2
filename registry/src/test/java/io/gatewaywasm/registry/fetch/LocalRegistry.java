package io.gatewaywasm.registry.fetch;

import java.nio.file.Path;

import io.gatewaywasm.registry.http.JdkHttpTransport;
import io.gatewaywasm.registry.oci.Image;
import io.gatewaywasm.registry.oci.ImagePush;
import io.gatewaywasm.registry.oci.ImageReference;
import io.gatewaywasm.testsupport.DebianRegistry;

/**
 * A real registry that tests push images to.
 */
final class LocalRegistry extends DebianRegistry {

	LocalRegistry(Path directory) {
		super(directory);
	}

	ImagePush pusher(String repository, String tag) {
		return new ImagePush(new JdkHttpTransport(), new ImageReference(authority(), repository, tag, null), true,
				credentials());
	}

	String push(String repository, String tag, Image image) {
		return pusher(repository, tag).push(image);
	}

}
