package io.gatewaywasm.test;

import java.util.List;
import java.util.Map;

import io.gatewaywasm.host.abi.LogLevel;
import io.gatewaywasm.host.plugin.PluginStatus;
import io.gatewaywasm.test.callout.GrpcCallout;
import io.gatewaywasm.test.callout.HttpCallout;
import io.gatewaywasm.test.callout.RedisCallout;
import io.gatewaywasm.test.service.LogLine;
import io.gatewaywasm.test.service.RecordedMeter;
import io.gatewaywasm.test.service.SharedData;
import io.gatewaywasm.test.trace.CallTrace;

/**
 * The results of a filter under test: its log lines, metrics, callouts, shared data and
 * status.
 *
 * @param <T> the type that the methods of {@link FilterConfigurer} return
 */
abstract class FilterResults<T extends FilterResults<T>> extends FilterConfigurer<T> {

	/** Returns the run of the current test, which begins if there is none. */
	abstract FilterRun run();

	/**
	 * Returns the data and queues that the filter shares with other VMs.
	 * @return the shared data, which can be read and changed
	 */
	public SharedData sharedData() {
		return run().services().sharedData(run().spec().vm().id());
	}

	/**
	 * Returns the lines that the filter has logged.
	 * @return the lines in order
	 */
	public List<LogLine> logs() {
		return run().logger().lines();
	}

	/**
	 * Returns the lines that the filter has logged at a level.
	 * @param level the level
	 * @return the texts of the lines in order
	 */
	public List<String> logs(LogLevel level) {
		return logs().stream().filter((line) -> line.level() == level).map(LogLine::text).toList();
	}

	/**
	 * Returns the metrics that the filter has defined.
	 * @return the metrics by name
	 */
	public Map<String, RecordedMeter> metrics() {
		return run().services().recordedMeters();
	}

	/**
	 * Returns the HTTP callouts that the filter has sent.
	 * @return the callouts in order
	 */
	public List<HttpCallout> httpCalls() {
		return run().callouts().http().calls();
	}

	/**
	 * Returns the gRPC callouts that the filter has sent.
	 * @return the callouts in order
	 */
	public List<GrpcCallout> grpcCalls() {
		return run().callouts().grpc().calls();
	}

	/**
	 * Returns the Redis callouts that the filter has sent.
	 * @return the callouts in order
	 */
	public List<RedisCallout> redisCalls() {
		return run().callouts().redis().calls();
	}

	/**
	 * Returns the calls between the filter and its host.
	 * @return the trace
	 */
	public CallTrace trace() {
		return run().trace();
	}

	/**
	 * Returns the status of the filter, as a gateway would report it.
	 * @return the status
	 */
	public PluginStatus status() {
		return run().plugin().status();
	}

}
