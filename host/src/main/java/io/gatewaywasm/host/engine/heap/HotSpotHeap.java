package io.gatewaywasm.host.engine.heap;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.util.List;
import java.util.Map;

/**
 * The heap of the running JVM. Knows how HotSpot's collectors place large arrays, and
 * assumes that other collectors can use the whole heap.
 */
final class HotSpotHeap implements HeapView {

	private static final long MEBIBYTE = 1 << 20;

	private static final int ARRAY_HEADER = 16;

	/** From this Java version on, G1 moves large arrays before it fails an allocation. */
	private static final int G1_MOVES_LARGE_ARRAYS = 22;

	private static final String G1 = "G1 Old Gen";

	/** Old generations whose size is fixed when the JVM starts. */
	private static final List<String> OLD_GENERATIONS = List.of("Tenured Gen", "PS Old Gen");

	/**
	 * The unit to which a collector rounds up large arrays, by the name of its memory
	 * pool.
	 */
	private static final Map<String, Long> UNITS = Map.of("ZHeap", 2 * MEBIBYTE, "ZGC Old Generation", 2 * MEBIBYTE,
			"Shenandoah", Math.max(MEBIBYTE, Runtime.getRuntime().maxMemory() / 2048));

	private final List<MemoryPoolMXBean> pools;

	private final long capacity;

	private final long headroom;

	private final long unit;

	private final long smallestRounded;

	private final boolean fragments;

	private final boolean explicitCollections;

	private final boolean fatal;

	HotSpotHeap() {
		this.pools = ManagementFactory.getMemoryPoolMXBeans()
			.stream()
			.filter((pool) -> pool.getType() == MemoryType.HEAP)
			.toList();
		long oldGeneration = this.pools.stream()
			.filter((pool) -> OLD_GENERATIONS.contains(pool.getName()))
			.mapToLong((pool) -> pool.getUsage().getMax())
			.filter((size) -> size > 0)
			.findFirst()
			.orElse(0);
		long maximum = Runtime.getRuntime().maxMemory();
		this.capacity = (oldGeneration > 0) ? oldGeneration : maximum;
		// A fixed old generation has a young generation in addition
		this.headroom = (oldGeneration > 0) ? oldGeneration / 32 : Math.min(maximum / 8, 256 * MEBIBYTE);
		boolean g1 = has(G1);
		long region = g1 ? HotSpot.number("G1HeapRegionSize", MEBIBYTE) : 0;
		this.unit = g1 ? region
				: this.pools.stream().mapToLong((pool) -> UNITS.getOrDefault(pool.getName(), 1L)).max().orElse(1);
		this.smallestRounded = g1 ? region / 2 : this.unit / 8;
		this.fragments = g1 && Runtime.version().feature() < G1_MOVES_LARGE_ARRAYS;
		this.explicitCollections = !HotSpot.isSet("DisableExplicitGC");
		this.fatal = !HotSpot.fatalExhaustionOptions().isEmpty();
	}

	private boolean has(String name) {
		return this.pools.stream().anyMatch((pool) -> pool.getName().equals(name));
	}

	@Override
	public long capacity() {
		return this.capacity;
	}

	@Override
	public long headroom() {
		return this.headroom;
	}

	@Override
	public long used() {
		Runtime runtime = Runtime.getRuntime();
		return runtime.totalMemory() - runtime.freeMemory();
	}

	@Override
	public long retained() {
		long retained = 0;
		for (MemoryPoolMXBean pool : this.pools) {
			MemoryUsage usage = isYoung(pool) ? pool.getCollectionUsage() : pool.getUsage();
			retained += (usage != null) ? usage.getUsed() : 0;
		}
		return Math.min(retained, used());
	}

	private static boolean isYoung(MemoryPoolMXBean pool) {
		return pool.getName().contains("Eden") || pool.getName().contains("Survivor");
	}

	@Override
	public long footprint(long length) {
		long size = length + ARRAY_HEADER;
		return (size >= this.smallestRounded) ? (size + this.unit - 1) / this.unit * this.unit : size;
	}

	@Override
	public boolean isImmovable(long length) {
		return this.fragments && length + ARRAY_HEADER >= this.smallestRounded;
	}

	@Override
	public long largestFree() {
		return this.fragments ? G1Regions.largestFree(this.capacity / this.unit) * this.unit : 0;
	}

	@Override
	public boolean exhaustionIsFatal() {
		return this.fatal;
	}

	@Override
	public boolean collect() {
		if (this.explicitCollections) {
			System.gc();
		}
		return this.explicitCollections;
	}

}
