package io.gatewaywasm.host.vm.hostcall;

import java.util.List;
import java.util.function.BiConsumer;

import io.gatewaywasm.host.abi.HeaderMap;
import io.gatewaywasm.host.abi.HeaderPair;
import io.gatewaywasm.host.abi.Status;
import io.gatewaywasm.host.abi.StatusException;
import org.jspecify.annotations.Nullable;

/**
 * Headers that a guest can change, as long as it does not make them too large. What came
 * from the client or the upstream does not count, so that neither can make a guest fail.
 * The headers are looked at only when the guest has added as much as it may.
 */
final class BoundedHeaders implements HeaderMap {

	private final HeaderMap headers;

	private final SizeLimits limits;

	private int count;

	private int bytes;

	private long allowedCount;

	private long allowedBytes;

	private boolean counted;

	BoundedHeaders(HeaderMap headers, SizeLimits limits) {
		this.headers = headers;
		this.limits = limits;
		this.allowedCount = limits.headers();
		this.allowedBytes = limits.headerBytes();
	}

	/**
	 * Check headers that a guest gives to something new.
	 * @param pairs the headers
	 * @param limits the bounds
	 */
	static void check(List<HeaderPair> pairs, SizeLimits limits) {
		if (pairs.size() > limits.headers() || size(pairs) > limits.headerBytes()) {
			throw StatusException.of(Status.BAD_ARGUMENT);
		}
	}

	boolean isOf(HeaderMap other) {
		return this.headers == other;
	}

	@Override
	public int size() {
		return this.headers.size();
	}

	@Override
	public @Nullable String get(String name) {
		return this.headers.get(name);
	}

	@Override
	public void forEach(BiConsumer<String, String> visitor) {
		this.headers.forEach(visitor);
	}

	@Override
	public void add(String name, String value) {
		grow(name, value);
		this.headers.add(name, value);
	}

	@Override
	public void set(String name, String value) {
		grow(name, value);
		this.headers.set(name, value);
	}

	@Override
	public void remove(String name) {
		this.headers.remove(name);
	}

	@Override
	public void replaceAll(List<HeaderPair> pairs) {
		long size = size(pairs);
		if (exceeds(pairs.size(), size)) {
			count();
			if (exceeds(pairs.size(), size)) {
				throw StatusException.of(Status.BAD_ARGUMENT);
			}
		}
		this.count = pairs.size();
		this.bytes = (int) size;
		this.headers.replaceAll(pairs);
	}

	private void grow(String name, String value) {
		long more = (long) name.length() + value.length();
		if (exceeds(this.count + 1L, this.bytes + more)) {
			count();
			if (exceeds(this.count + 1L, this.bytes + more)) {
				throw StatusException.of(Status.BAD_ARGUMENT);
			}
		}
		this.count++;
		this.bytes += (int) more;
	}

	private boolean exceeds(long newCount, long newBytes) {
		return newCount > this.allowedCount || newBytes > this.allowedBytes;
	}

	/** Find out how large the headers really are. */
	private void count() {
		int addedCount = this.count;
		int addedBytes = this.bytes;
		this.count = 0;
		this.bytes = 0;
		this.headers.forEach((name, value) -> {
			this.count++;
			this.bytes += name.length() + value.length();
		});
		if (!this.counted) {
			this.counted = true;
			this.allowedCount = Math.max(0L, this.count - addedCount) + this.limits.headers();
			this.allowedBytes = Math.max(0L, this.bytes - addedBytes) + this.limits.headerBytes();
		}
	}

	private static long size(List<HeaderPair> pairs) {
		long size = 0;
		for (HeaderPair pair : pairs) {
			size += (long) pair.name().length() + pair.value().length();
		}
		return size;
	}

}
