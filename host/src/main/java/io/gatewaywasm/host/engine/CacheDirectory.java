package io.gatewaywasm.host.engine;

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
 * A directory for files that will be executed, so that only its owner may have written
 * them.
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
	 * Open a directory, or create it.
	 * @param path the directory
	 * @return the directory, found safe
	 * @throws IOException if it cannot be created or is not safe
	 */
	static CacheDirectory open(Path path) throws IOException {
		Path directory = path.toAbsolutePath().normalize();
		boolean posix = directory.getFileSystem().supportedFileAttributeViews().contains("posix");
		create(directory, posix);
		BasicFileAttributes attributes = Files.readAttributes(directory, BasicFileAttributes.class,
				LinkOption.NOFOLLOW_LINKS);
		if (!attributes.isDirectory()) {
			throw new IOException(directory + " is a symbolic link or no directory");
		}
		UserPrincipal owner = Files.getOwner(directory, LinkOption.NOFOLLOW_LINKS);
		if (posix) {
			checkPermissions(directory);
			for (Path parent = directory.toRealPath().getParent(); parent != null; parent = parent.getParent()) {
				checkParent(parent);
			}
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
			// To be checked like a new one
		}
	}

	private static void checkPermissions(Path directory) throws IOException {
		for (PosixFilePermission permission : Files.getPosixFilePermissions(directory, LinkOption.NOFOLLOW_LINKS)) {
			if (WRITABLE_BY_OTHERS.contains(permission)) {
				throw new IOException(directory + " can be written by other users: run 'chmod 700' on it once its"
						+ " content is removed");
			}
		}
	}

	/** Whoever can rename a parent can replace the directory; not so if it is sticky. */
	private static void checkParent(Path parent) throws IOException {
		int mode = (Integer) Files.getAttribute(parent, "unix:mode");
		if ((mode & 0002) != 0 && (mode & 01000) == 0) {
			throw new IOException(parent + " can be written by everybody: choose another place");
		}
	}

	/** Java does not tell the name of the user that it runs as, but gives it to files. */
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
	 * Read a file and note that it was used.
	 * @param name the name of the file
	 * @return its content, or {@code null} if it does not exist
	 * @throws IOException if it cannot be read or is not the owner's
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
				// Until all of it is there
			}
			Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
			return content.array();
		}
		catch (NoSuchFileException ex) {
			return null;
		}
	}

	/**
	 * Write a file, so that readers see all of it or nothing.
	 * @param name the name of the file
	 * @param content its content
	 * @throws IOException if it cannot be written
	 */
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

	/**
	 * Delete a file.
	 * @param name the name of the file
	 * @throws IOException if it exists and cannot be deleted
	 */
	void delete(String name) throws IOException {
		Files.deleteIfExists(this.directory.resolve(name));
	}

	/**
	 * Return the path of the directory.
	 * @return the absolute path
	 */
	Path path() {
		return this.directory;
	}

	/**
	 * Return whether a file is one that a writer left behind.
	 * @param file the file
	 * @return {@code true} if its writer did not get to giving it its name
	 */
	static boolean isTemporary(Path file) {
		return file.getFileName().toString().startsWith(TEMPORARY);
	}

}
