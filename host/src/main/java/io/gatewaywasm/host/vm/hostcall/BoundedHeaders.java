package io.gatewaywasm.host.vm.hostcall;

import java.util.List;

import io.gatewaywasm.host.abi.HeaderMap;
import io.gatewaywasm.host.abi.HeaderPair;
import io.gatewaywasm.host.abi.Status;
import io.gatewaywasm.host.abi.StatusException;
import io.gatewaywasm.host.limits.SizeLimits;

/**
 * Headers that a guest can change within limits. Headers from the client or the upstream
 * do not count, so that neither of them can make a guest fail. As long as the guest has
 * added less than the limits allow, the headers already present need not be counted.
 */
final class BoundedHeaders extends ForwardingHeaders {

	/** The reason for refusing headers, with which the message is answered. */
	static final String TOO_LARGE = "headers too large";

	private final SizeLimits limits;

	private int count;

	private int bytes;

	private long allowedCount;

	private long allowedBytes;

	private boolean counted;

	BoundedHeaders(HeaderMap headers, SizeLimits limits) {
		super(headers);
		this.limits = limits;
		this.allowedCount = limits.headers();
		this.allowedBytes = limits.headerBytes();
	}

	/**
	 * Returns whether the headers that a guest supplies for a new message exceed the
	 * limits.
	 */
	static boolean exceed(List<HeaderPair> pairs, SizeLimits limits) {
		return pairs.size() > limits.headers() || size(pairs) > limits.headerBytes();
	}

	/** Checks the headers that a guest supplies for a new message against the limits. */
	static void check(List<HeaderPair> pairs, SizeLimits limits) {
		if (exceed(pairs, limits)) {
			throw StatusException.of(Status.BAD_ARGUMENT);
		}
	}

	boolean isOf(HeaderMap other) {
		return this.headers == other;
	}

	@Override
	public void add(String name, String value) {
		if (grow(name, value)) {
			this.headers.add(name, value);
		}
	}

	@Override
	public void set(String name, String value) {
		if (grow(name, value)) {
			this.headers.set(name, value);
		}
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
				refuse(TOO_LARGE);
				return;
			}
		}
		this.count = pairs.size();
		this.bytes = (int) size;
		this.headers.replaceAll(pairs);
	}

	private boolean grow(String name, String value) {
		long more = (long) name.length() + value.length();
		if (exceeds(this.count + 1L, this.bytes + more)) {
			count();
			if (exceeds(this.count + 1L, this.bytes + more)) {
				refuse(TOO_LARGE);
				return false;
			}
		}
		this.count++;
		this.bytes += (int) more;
		return true;
	}

	@Override
	public void refuse(String reason) {
		this.headers.refuse(reason);
	}

	private boolean exceeds(long newCount, long newBytes) {
		return newCount > this.allowedCount || newBytes > this.allowedBytes;
	}

	/** Determines how large the headers really are. */
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
