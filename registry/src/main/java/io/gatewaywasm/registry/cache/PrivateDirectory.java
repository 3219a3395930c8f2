package io.gatewaywasm.registry.cache;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.EnumSet;
import java.util.Set;

/**
 * Creates directories that other users can neither read nor write. The host has its own
 * class for compiled code, because registry and host do not depend on each other.
 */
final class PrivateDirectory {

	private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rwx------");

	private static final Set<PosixFilePermission> OTHERS = EnumSet.complementOf(EnumSet.copyOf(OWNER_ONLY));

	private PrivateDirectory() {
	}

	/**
	 * Creates a directory if it does not exist, and checks that it is private. Throws
	 * {@link IOException} if it is a link, belongs to another user, or is accessible to
	 * other users.
	 */
	static void prepare(Path directory) throws IOException {
		if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
			create(directory);
		}
		if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
			throw new FileSystemException(directory.toString(), null, "is not a directory");
		}
		if (isPosix(directory)) {
			PosixFileAttributes attributes = Files.readAttributes(directory, PosixFileAttributes.class,
					LinkOption.NOFOLLOW_LINKS);
			if (!attributes.owner().equals(currentUser(directory))) {
				throw new FileSystemException(directory.toString(), null,
						"belongs to '%s'".formatted(attributes.owner().getName()));
			}
			if (attributes.permissions().stream().anyMatch(OTHERS::contains)) {
				throw new FileSystemException(directory.toString(), null, "is accessible to other users");
			}
		}
	}

	/**
	 * Missing parents are created with the same permissions, because otherwise other
	 * users could replace the directory.
	 */
	private static void create(Path directory) throws IOException {
		boolean posix = directory.getFileSystem().supportedFileAttributeViews().contains("posix");
		Files.createDirectories(directory.toAbsolutePath(),
				posix ? new FileAttribute<?>[] { PosixFilePermissions.asFileAttribute(OWNER_ONLY) }
						: new FileAttribute<?>[0]);
	}

	private static UserPrincipal currentUser(Path directory) throws IOException {
		Path probe = Files.createTempFile(directory, "owner", ".tmp");
		try {
			return Files.getOwner(probe, LinkOption.NOFOLLOW_LINKS);
		}
		finally {
			Files.deleteIfExists(probe);
		}
	}

	private static boolean isPosix(Path path) {
		return Files.getFileAttributeView(path, PosixFileAttributeView.class) != null;
	}

}
