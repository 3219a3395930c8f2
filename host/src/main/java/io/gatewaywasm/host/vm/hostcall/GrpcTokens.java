package io.gatewaywasm.host.vm.hostcall;

import java.util.Set;

/**
 * The tokens of the gRPC callouts of one VM. As in Envoy, the two lowest bits distinguish
 * unary calls from streams.
 */
final class GrpcTokens implements Restorable {

	private static final int UNARY = 1;

	private static final int STREAM = 2;

	private int lastIndex;

	private int capturedIndex;

	static boolean isUnary(int token) {
		return (token & 3) == UNARY;
	}

	static boolean isStream(int token) {
		return (token & 3) == STREAM;
	}

	/** Returns the next token of a unary call that is not among the used ones. */
	int nextUnary(Set<Integer> used) {
		return next(UNARY, used);
	}

	/** Returns the next token of a stream that is not among the used ones. */
	int nextStream(Set<Integer> used) {
		return next(STREAM, used);
	}

	private int next(int kind, Set<Integer> used) {
		int token;
		do {
			this.lastIndex = (this.lastIndex + 1) & 0x1fffffff;
			token = (this.lastIndex << 2) | kind;
		}
		while (this.lastIndex == 0 || used.contains(token));
		return token;
	}

	@Override
	public void capture() {
		this.capturedIndex = this.lastIndex;
	}

	@Override
	public void restore() {
		this.lastIndex = this.capturedIndex;
	}

}
