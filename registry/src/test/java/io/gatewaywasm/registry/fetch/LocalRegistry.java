package io.gatewaywasm.registry.fetch;

import java.nio.file.Path;

import io.gatewaywasm.packer.Image;
import io.gatewaywasm.packer.RegistryPush;
import io.gatewaywasm.packer.RegistryTarget;
import io.gatewaywasm.testsupport.DebianRegistry;

/**
 * A real registry that tests push images to.
 */
final class LocalRegistry extends DebianRegistry {

	LocalRegistry(Path directory) {
		super(directory);
	}

	RegistryPush pusher(String repository, String tag) {
		return new RegistryPush(new RegistryTarget(authority(), repository, tag), true, credentials());
	}

	String push(String repository, String tag, Image image) {
		return pusher(repository, tag).push(image);
	}

}
