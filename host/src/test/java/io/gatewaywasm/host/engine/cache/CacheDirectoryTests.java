package io.gatewaywasm.host.engine.cache;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

import io.gatewaywasm.testsupport.CachePlace;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

/**
 * Tests for {@link CacheDirectory}.
 */
@DisabledOnOs(OS.WINDOWS)
class CacheDirectoryTests {

	@TempDir
	Path temporary;

	@ParameterizedTest
	@EnumSource
	void usesOnlyPlacesThatNoOtherUserCanChange(CachePlace place) throws IOException {
		Path path = place.create(this.temporary, "compiled");
		if (place.isSafe()) {
			CacheDirectory.open(path);
			assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path))).isEqualTo("rwx------");
		}
		else {
			assertThatIOException().isThrownBy(() -> CacheDirectory.open(path));
		}
	}

}
