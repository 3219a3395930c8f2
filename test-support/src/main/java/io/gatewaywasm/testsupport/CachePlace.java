package io.gatewaywasm.testsupport;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipalNotFoundException;

import org.junit.jupiter.api.Assumptions;

/**
 * The places where an operator can put a cache. The caches of compiled and of fetched
 * modules use the same ones.
 */
public enum CachePlace {

	/** A directory that does not exist yet. */
	MISSING(true) {
		@Override
		Path create(Path parent, Path cache) {
			return cache;
		}
	},

	/** A directory that only its owner can use. */
	PRIVATE(true) {
		@Override
		Path create(Path parent, Path cache) throws IOException {
			return directory(cache, "rwx------");
		}
	},

	/** A directory that other users can read. */
	READABLE(true) {
		@Override
		Path create(Path parent, Path cache) throws IOException {
			return directory(cache, "rwxr-xr-x");
		}
	},

	/** A directory that its group can write to. */
	WRITABLE_BY_GROUP(false) {
		@Override
		Path create(Path parent, Path cache) throws IOException {
			return directory(cache, "rwxrwx---");
		}
	},

	/** A directory that all users can write to. */
	WRITABLE(false) {
		@Override
		Path create(Path parent, Path cache) throws IOException {
			return directory(cache, "rwxrwxrwx");
		}
	},

	/** A link to a private directory. */
	LINK(false) {
		@Override
		Path create(Path parent, Path cache) throws IOException {
			Path target = directory(cache.resolveSibling("target"), "rwx------");
			return Files.createSymbolicLink(cache, target);
		}
	},

	/** A file. */
	FILE(false) {
		@Override
		Path create(Path parent, Path cache) throws IOException {
			return Files.createFile(cache);
		}
	},

	/** A private directory of another user. */
	OF_ANOTHER_USER(false) {
		@Override
		Path create(Path parent, Path cache) throws IOException {
			return giveAway(directory(cache, "rwx------"));
		}
	},

	/** A private directory in one that all users can write to. */
	BELOW_WRITABLE(false) {
		@Override
		Path create(Path parent, Path cache) throws IOException {
			directory(parent, "rwxrwxrwx");
			return directory(cache, "rwx------");
		}
	},

	/** A missing directory two levels below one that all users can write to. */
	FAR_BELOW_WRITABLE(false) {
		@Override
		Path create(Path parent, Path cache) throws IOException {
			directory(parent, "rwxrwxrwx");
			return parent.resolve("private").resolve(cache.getFileName());
		}
	},

	/** A private directory in one where users can delete only their own files. */
	BELOW_STICKY(true) {
		@Override
		Path create(Path parent, Path cache) throws IOException {
			sticky(parent);
			return directory(cache, "rwx------");
		}
	},

	/** The same, but the directory above belongs to another user, who can rename all. */
	BELOW_STICKY_OF_ANOTHER_USER(false) {
		@Override
		Path create(Path parent, Path cache) throws IOException {
			giveAway(sticky(parent));
			return directory(cache, "rwx------");
		}
	},

	/** A private directory, reached through a link that all users can replace. */
	BEHIND_WRITABLE_LINK(false) {
		@Override
		Path create(Path parent, Path cache) throws IOException {
			Path target = directory(parent.resolveSibling("target"), "rwx------");
			directory(target.resolve(cache.getFileName()), "rwx------");
			Path link = directory(parent, "rwxrwxrwx").resolve("link");
			return Files.createSymbolicLink(link, target).resolve(cache.getFileName());
		}
	};

	private final boolean safe;

	CachePlace(boolean safe) {
		this.safe = safe;
	}

	/**
	 * Returns whether a cache may use the place.
	 */
	public boolean isSafe() {
		return this.safe;
	}

	/**
	 * Creates the place and returns its path, whose last element is {@code name}.
	 * @param temporary an empty directory
	 * @param name the name of the directory of the cache
	 */
	public Path create(Path temporary, String name) throws IOException {
		Path parent = Files.createDirectory(temporary.resolve("parent"));
		return create(parent, parent.resolve(name));
	}

	abstract Path create(Path parent, Path cache) throws IOException;

	/** Creates a directory with permissions, which the umask does not reduce. */
	private static Path directory(Path path, String permissions) throws IOException {
		Files.createDirectories(path);
		return Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
	}

	private static Path sticky(Path path) throws IOException {
		Files.setAttribute(path, "unix:mode", 01777);
		return path;
	}

	/**
	 * Gives a file or directory to another user, and aborts the test if only the user
	 * root can.
	 * @param path the file or directory
	 */
	public static Path giveAway(Path path) throws IOException {
		try {
			Files.setAttribute(path, "posix:owner",
					path.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("nobody"),
					LinkOption.NOFOLLOW_LINKS);
		}
		catch (FileSystemException | UserPrincipalNotFoundException ex) {
			Assumptions.abort("Needs the permission to give files away");
		}
		return path;
	}

}
