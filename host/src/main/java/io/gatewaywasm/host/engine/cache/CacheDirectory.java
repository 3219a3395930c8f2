package io.gatewaywasm.host.engine.cache;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * A directory for compiled code. Because its files are executed, only its owner may be
 * able to write to it or replace it, and every file must belong to the owner. The cache
 * of fetched modules has its own class with the same rules, because host and registry do
 * not depend on each other.
 */
final class CacheDirectory {

	private static final String TEMPORARY = ".tmp-";

	private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rwx------");

	private static final Set<PosixFilePermission> WRITABLE_BY_OTHERS = EnumSet.of(PosixFilePermission.GROUP_WRITE,
			PosixFilePermission.OTHERS_WRITE);

	private final Path directory;

	private final UserPrincipal owner;

	private CacheDirectory(Path directory, UserPrincipal owner) {
		this.directory = directory;
		this.owner = owner;
	}

	/**
	 * Opens the directory, creating it if necessary, and fails if another user could
	 * write to it.
	 */
	static CacheDirectory open(Path path) throws IOException {
		Path directory = path.toAbsolutePath().normalize();
		boolean posix = directory.getFileSystem().supportedFileAttributeViews().contains("posix");
		create(directory, posix);
		BasicFileAttributes attributes = Files.readAttributes(directory, BasicFileAttributes.class,
				LinkOption.NOFOLLOW_LINKS);
		if (!attributes.isDirectory()) {
			throw new IOException(directory + " is a symbolic link or not a directory");
		}
		UserPrincipal owner = Files.getOwner(directory, LinkOption.NOFOLLOW_LINKS);
		if (posix) {
			// Resolving links fails if they form a loop
			checkPermissions(directory.toRealPath());
			checkParent(directory.getParent(), Files.getAttribute(directory, "unix:uid"));
		}
		checkOwner(directory, owner);
		if (posix) {
			Files.setPosixFilePermissions(directory, OWNER_ONLY);
		}
		return new CacheDirectory(directory, owner);
	}

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
		Path probe = Files.createTempFile(directory, TEMPORARY, null);
		try {
			if (!Files.getOwner(probe, LinkOption.NOFOLLOW_LINKS).equals(owner)) {
				throw new IOException(directory + " belongs to " + owner.getName());
			}
		}
		finally {
			Files.delete(probe);
		}
	}

	/**
	 * Reads a file and updates its time of use. Returns {@code null} if it does not
	 * exist, and fails if it belongs to another user.
	 */
	byte @Nullable [] read(String name) throws IOException {
		Path file = this.directory.resolve(name);
		try (SeekableByteChannel channel = Files.newByteChannel(file, StandardOpenOption.READ,
				LinkOption.NOFOLLOW_LINKS)) {
			if (!Files.getOwner(file, LinkOption.NOFOLLOW_LINKS).equals(this.owner)) {
				throw new IOException("it does not belong to " + this.owner.getName());
			}
			ByteBuffer content = ByteBuffer.allocate(Math.toIntExact(channel.size()));
			while (content.hasRemaining() && channel.read(content) >= 0) {
				// Reads until the buffer is full
			}
			Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
			return content.array();
		}
		catch (NoSuchFileException ex) {
			return null;
		}
	}

	/** Writes a file atomically: readers see either all of it or none of it. */
	void write(String name, byte[] content) throws IOException {
		Path temporary = Files.createTempFile(this.directory, TEMPORARY, null);
		try {
			Files.write(temporary, content);
			Path file = this.directory.resolve(name);
			try {
				Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
			}
			catch (AtomicMoveNotSupportedException ex) {
				Files.move(temporary, file, StandardCopyOption.REPLACE_EXISTING);
			}
		}
		finally {
			Files.deleteIfExists(temporary);
		}
	}

	void delete(String name) throws IOException {
		Files.deleteIfExists(this.directory.resolve(name));
	}

	Path path() {
		return this.directory;
	}

	/**
	 * Returns whether this is a temporary file that a writer left behind before renaming
	 * it.
	 */
	static boolean isTemporary(Path file) {
		return file.getFileName().toString().startsWith(TEMPORARY);
	}

}
