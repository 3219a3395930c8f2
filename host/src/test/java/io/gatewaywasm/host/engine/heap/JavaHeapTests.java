package io.gatewaywasm.host.engine.heap;

import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class JavaHeapTests {

	private static final int SIZE = 1000;

	private final TestHeapView view = new TestHeapView();

	private final JavaHeap heap = new JavaHeap(this.view, () -> this.view.time);

	@Test
	void arrayThatFitsBesideGarbageNeedsNoCollection() {
		this.view.used = 8000;
		assertThat(this.heap.allocate(SIZE)).hasSize(SIZE);
		assertThat(this.view.collections).isZero();
	}

	@Test
	void youngGarbageNeedsNoCollection() {
		this.view.used = 9990;
		this.view.retained = 500;
		assertThat(this.heap.allocate(SIZE)).hasSize(SIZE);
		assertThat(this.view.collections).isZero();
	}

	@Test
	void garbageIsCollectedBeforeAnArrayIsRefused() {
		this.view.fill(9500);
		this.view.live = 3000;
		assertThat(this.heap.allocate(SIZE)).hasSize(SIZE);
		assertThat(this.view.collections).isEqualTo(1);
	}

	@Test
	void arrayIsRefusedIfTooMuchIsLive() {
		this.view.fill(9500);
		this.view.live = 9001;
		assertThat(this.heap.allocate(SIZE)).isNull();
		this.view.live = 8900;
		this.view.time += Duration.ofSeconds(2).toNanos();
		assertThat(this.heap.allocate(SIZE)).hasSize(SIZE);
	}

	@Test
	void headroomStaysFree() {
		this.view.headroom = 1000;
		this.view.fill(8500);
		this.view.live = 8500;
		assertThat(this.heap.allocate(SIZE)).isNull();
	}

	@Test
	void copyCountsBesideItsSourceUntilThatIsReleased() {
		this.view.fill(10_000);
		this.view.live = 0;
		byte[] array = this.heap.allocate(4000);
		assertThat(array).isNotNull();
		byte[] copy = this.heap.copyOf(array, 5000);
		assertThat(copy).hasSize(5000);
		this.view.live = 9000;
		assertThat(this.heap.allocate(2000)).isNull();
		this.heap.release(array);
		this.view.time += Duration.ofMillis(1).toNanos();
		this.view.live = 5000;
		assertThat(this.heap.allocate(4000)).hasSize(4000);
	}

	@Test
	void arraysSinceTheLastMeasurementCount() {
		this.view.fill(10_000);
		this.view.live = 1000;
		this.view.collectionTime = Duration.ofSeconds(2);
		assertThat(this.heap.allocate(4000)).isNotNull();
		assertThat(this.heap.allocate(4000)).isNotNull();
		assertThat(this.view.collections).isEqualTo(1);
		this.view.live = 9000;
		assertThat(this.heap.allocate(4000)).isNull();
		assertThat(this.view.collections).isEqualTo(2);
	}

	@Test
	void collectionsTakeATwentiethOfTheTimeAtMost() {
		this.view.fill(10_000);
		this.view.live = 10_000;
		this.view.collectionTime = Duration.ofMillis(100);
		while (this.view.time < Duration.ofMinutes(10).toNanos()) {
			assertThat(this.heap.allocate(SIZE)).isNull();
			this.view.time += Duration.ofMillis(10).toNanos();
		}
		assertThat(this.view.collections).isBetween(200, 320);
	}

	@Test
	void collectionsThatFreeEnoughAreNotLimited() {
		this.view.fill(10_000);
		this.view.live = 1000;
		this.view.collectionTime = Duration.ofSeconds(2);
		for (int i = 1; i <= 20; i++) {
			byte[] array = this.heap.allocate(4000);
			assertThat(array).isNotNull();
			this.heap.release(array);
			this.view.time += Duration.ofSeconds(1).toNanos();
			assertThat(this.view.collections).isEqualTo(i);
		}
	}

	@Test
	void reservationIsNotRefusedBecauseGuestsCausedManyCollections() {
		this.view.fill(10_000);
		this.view.live = 7000;
		this.view.collectionTime = Duration.ofSeconds(2);
		assertThat(this.heap.allocate(5000)).isNull();
		this.view.time += Duration.ofSeconds(1).toNanos();
		assertThat(this.heap.allocate(2000)).isNull();
		assertThat(this.heap.reserve(2000, 1)).isNotNull();
		assertThat(this.view.collections).isEqualTo(2);
	}

	@Test
	void reservationForWorkThatCanBeLeftOutIsRefusedWithoutFurtherCollections() {
		this.view.fill(10_000);
		this.view.live = 7000;
		this.view.collectionTime = Duration.ofSeconds(2);
		assertThat(this.heap.allocate(5000)).isNull();
		this.view.time += Duration.ofSeconds(1).toNanos();
		assertThat(this.heap.reserveIfFree(2000, 1)).isNull();
		assertThat(this.view.collections).isEqualTo(1);
		this.view.fill(7000);
		JavaHeap.Reservation reservation = this.heap.reserveIfFree(2000, 10);
		assertThat(reservation).isNotNull();
		assertThat(this.heap.reserveIfFree(2000, 10)).isNull();
		reservation.close();
		assertThat(this.heap.reserveIfFree(2000, 10)).isNotNull();
	}

	@Test
	void objectsThatAreOnlyClaimedCountToo() {
		this.view.fill(10_000);
		this.view.live = 1000;
		this.view.collectionTime = Duration.ofSeconds(2);
		assertThat(this.heap.reserveBriefly(6000, 2)).isTrue();
		this.view.live = 7000;
		assertThat(this.heap.reserveBriefly(6000, 2)).isFalse();
	}

	@Test
	void reservationsAddUpUntilTheyEnd() {
		JavaHeap.Reservation reservation = this.heap.reserve(6000, 3);
		assertThat(reservation).isNotNull();
		assertThat(this.heap.reserve(6000, 3)).isNull();
		assertThat(this.heap.allocate(5000)).isNull();
		assertThat(this.heap.allocate(3000)).isNotNull();
		reservation.close();
		assertThat(this.heap.reserve(6000, 3)).isNotNull();
	}

	@Test
	void largeArrayIsRefusedIfNoPieceOfTheHeapIsLargeEnoughAndTheJvmWouldEnd() {
		this.view.movable = SIZE;
		this.view.fatal = true;
		this.view.fill(6000);
		this.view.live = 6000;
		this.view.largestFree = 1000;
		assertThat(this.heap.allocate(2000)).isNull();
		this.view.largestFree = 2000;
		assertThat(this.heap.allocate(2000)).isNotNull();
	}

	@Test
	void nearlyEmptyHeapIsNotInspected() {
		this.view.movable = SIZE;
		this.view.fatal = true;
		this.view.largestFree = -1;
		assertThat(this.heap.allocate(1500)).isNotNull();
	}

	@Test
	void jvmThatSurvivesDecidesAboutPieces() {
		this.view.movable = SIZE;
		this.view.fill(6000);
		this.view.live = 6000;
		assertThat(this.heap.allocate(2000)).isNotNull();
	}

	@Test
	void longestRunOfFreeRegionsIsRead() {
		String report = """
				Heap Regions: E=young(eden), F=free
				|   0|0xe0000000, 0xe00fd9d8, 0xe0100000| 99%| O|  |TAMS 0xe00fd9d8, 0xe0000000| Untracked
				|   1|0xe0100000, 0xe0200000, 0xe0200000|100%|HS|  |TAMS 0xe0200000, 0xe0100000| Untracked
				|   2|0xe0200000, 0xe0200000, 0xe0300000|  0%| F|  |TAMS 0xe0200000, 0xe0200000| Untracked
				|   3|0xe0300000, 0xe0300000, 0xe0400000|  0%| F|  |TAMS 0xe0300000, 0xe0300000| Untracked
				|   7|0xe0700000, 0xe0800000, 0xe0800000|100%| E|CS|TAMS 0xe0700000, 0xe0700000| Complete
				""";
		assertThat(G1Regions.largestFree(report, 8)).as("regions that are not committed are free").isEqualTo(5);
		assertThat(G1Regions.largestFree(report, 20)).isEqualTo(12);
		assertThat(G1Regions.largestFree("no regions", 20)).isZero();
	}

	@Test
	void shortfallIsReportedOnlyIfTheJvmWouldEnd() {
		this.view.headroom = 100 << 20;
		this.view.capacity = 1000 << 20;
		this.view.fill(100 << 20);
		List<String> options = List.of("-XX:+ExitOnOutOfMemoryError");
		long mebibyte = 1 << 20;
		assertThat(new HeapCapacity(this.view, List.of()).shortfall(900 * mebibyte, 256 * mebibyte)).isNull();
		HeapCapacity capacity = new HeapCapacity(this.view, options);
		assertThat(capacity.shortfall(400 * mebibyte, 256 * mebibyte)).isNull();
		assertThat(capacity.shortfall(544 * mebibyte, 256 * mebibyte)).isNull();
		assertThat(capacity.shortfall(545 * mebibyte, 256 * mebibyte)).contains("'gateway.wasm.max-memory' (545MB)")
			.contains("-XX:+ExitOnOutOfMemoryError")
			.contains("to at most 544MB")
			.contains("-Xmx");
		assertThat(capacity.shortfall(401 * mebibyte, Long.MAX_VALUE)).contains("to at most 400MB");
	}

}
