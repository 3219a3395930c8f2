package io.gatewaywasm.host.vm.hostcall;

import java.util.List;

/**
 * The tables of the pending callouts of a VM, which end with their root context or with
 * the VM.
 */
final class CalloutTables {

	private final HttpCalloutTable http;

	private final GrpcCalloutTable grpc;

	private final RedisCalloutTable redis;

	CalloutTables(VmScope vm) {
		this.grpc = new GrpcCalloutTable(vm);
		this.http = new HttpCalloutTable(vm, this.grpc.callbacks());
		this.redis = new RedisCalloutTable(vm);
	}

	HttpCalloutTable http() {
		return this.http;
	}

	GrpcCalloutTable grpc() {
		return this.grpc;
	}

	RedisCalloutTable redis() {
		return this.redis;
	}

	/** Returns the tables, whose state can be captured and restored. */
	List<Restorable> restorables() {
		return List.of(this.http, this.grpc, this.redis);
	}

	/** Cancels the pending callouts of a root context. */
	void cancelAll(RootScope root) {
		this.http.cancelAll(root);
		this.grpc.cancelAll(root);
		this.redis.cancelAll(root);
	}

	/** Cancels all pending callouts. */
	void cancelAll() {
		this.http.cancelAll();
		this.grpc.cancelAll();
		this.redis.cancelAll();
	}

}
