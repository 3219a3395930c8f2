package io.gatewaywasm.registry.cache;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.EnumSet;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * A directory that only its owner can use. An entry of the cache can stand in for the
 * check of a signature, so every file must belong to the owner. The host has its own
 * class with the same rules for compiled code, because registry and host do not depend on
 * each other.
 */
final class PrivateDirectory {

	static final String TEMPORARY = ".tmp";

	private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rwx------");

	private static final Set<PosixFilePermission> WRITABLE_BY_OTHERS = EnumSet.of(PosixFilePermission.GROUP_WRITE,
			PosixFilePermission.OTHERS_WRITE);

	private final Path path;

	private final UserPrincipal owner;

	private PrivateDirectory(Path path, UserPrincipal owner) {
		this.path = path;
		this.owner = owner;
	}

	/**
	 * Opens a directory, and creates it if it does not exist. Throws {@link IOException}
	 * if it is a link, belongs to another user, or if another user could write to it or
	 * replace it.
	 */
	static PrivateDirectory open(Path path) throws IOException {
		Path directory = path.toAbsolutePath().normalize();
		boolean posix = directory.getFileSystem().supportedFileAttributeViews().contains("posix");
		create(directory, posix);
		if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
			throw new IOException(directory + " is a symbolic link or not a directory");
		}
		if (posix) {
			// Resolving links fails if they form a loop
			checkPermissions(directory.toRealPath());
			checkParent(directory.getParent(), Files.getAttribute(directory, "unix:uid"));
		}
		UserPrincipal owner = Files.getOwner(directory, LinkOption.NOFOLLOW_LINKS);
		checkOwner(directory, owner);
		if (posix) {
			Files.setPosixFilePermissions(directory, OWNER_ONLY);
		}
		return new PrivateDirectory(directory, owner);
	}

	/**
	 * Missing parents are created with the same permissions, because otherwise other
	 * users could replace the directory.
	 */
	private static void create(Path directory, boolean posix) throws IOException {
		FileAttribute<?>[] attributes = posix
				? new FileAttribute<?>[] { PosixFilePermissions.asFileAttribute(OWNER_ONLY) } : new FileAttribute<?>[0];
		Path parent = directory.getParent();
		if (parent != null && !Files.isDirectory(parent)) {
			Files.createDirectories(parent, attributes);
		}
		try {
			Files.createDirectory(directory, attributes);
		}
		catch (FileAlreadyExistsException ex) {
			// An existing directory is checked like a new one
		}
	}

	private static void checkPermissions(Path directory) throws IOException {
		for (PosixFilePermission permission : Files.getPosixFilePermissions(directory, LinkOption.NOFOLLOW_LINKS)) {
			if (WRITABLE_BY_OTHERS.contains(permission)) {
				throw new IOException(directory + " can be written by other users: remove its"
						+ " content, then run 'chmod 700' on it");
			}
		}
	}

	/**
	 * A user who can write to a parent, or to the directory of a link that leads to one,
	 * can replace the directory. If the parent is sticky, only its owner can.
	 */
	private static void checkParent(@Nullable Path parent, Object owner) throws IOException {
		if (parent == null) {
			return;
		}
		if (Files.isSymbolicLink(parent)) {
			checkParent(parent.resolveSibling(Files.readSymbolicLink(parent)), owner);
		}
		int mode = (Integer) Files.getAttribute(parent, "unix:mode");
		Object uid = Files.getAttribute(parent, "unix:uid");
		boolean sticky = (mode & 01000) != 0 && (uid.equals(0) || uid.equals(owner));
		if ((mode & 0002) != 0 && !sticky) {
			throw new IOException(parent + " is writable by all users, who could replace the cache below it. Choose"
					+ " another directory, or mount a directory of the volume that belongs to the gateway");
		}
		checkParent(parent.getParent(), owner);
	}

	/** Java does not expose the user it runs as, so the owner of a new file is used. */
	private static void checkOwner(Path directory, UserPrincipal owner) throws IOException {
		Path probe = Files.createTempFile(directory, "owner", TEMPORARY);
		try {
			if (!Files.getOwner(probe, LinkOption.NOFOLLOW_LINKS).equals(owner)) {
				throw new IOException(directory + " belongs to " + owner.getName());
			}
		}
		finally {
			Files.deleteIfExists(probe);
		}
	}

	Path path() {
		return this.path;
	}

	/**
	 * Reads a file. Returns {@code null} if it does not exist or is larger than the
	 * limit. Throws {@link IOException} if it is a link or belongs to another user.
	 */
	byte @Nullable [] read(String name, long limit) throws IOException {
		Path file = this.path.resolve(name);
		try (InputStream input = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
			UserPrincipal writer = Files.getOwner(file, LinkOption.NOFOLLOW_LINKS);
			if (!writer.equals(this.owner)) {
				throw new IOException(file + " belongs to " + writer.getName());
			}
			byte[] bytes = input.readNBytes((int) Math.min(limit + 1, Integer.MAX_VALUE - 8));
			return (bytes.length <= limit) ? bytes : null;
		}
		catch (NoSuchFileException ex) {
			return null;
		}
	}

	/** Writes a file atomically: readers see either all of it or none of it. */
	void write(String name, byte[] bytes) throws IOException {
		Path temporary = Files.createTempFile(this.path, "new", TEMPORARY);
		try {
			Files.write(temporary, bytes);
			Files.move(temporary, this.path.resolve(name), StandardCopyOption.ATOMIC_MOVE,
					StandardCopyOption.REPLACE_EXISTING);
		}
		finally {
			Files.deleteIfExists(temporary);
		}
	}

}
