package io.gatewaywasm.host.engine.chicory;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

import com.dylibso.chicory.wasm.types.MemoryLimits;
import org.jspecify.annotations.Nullable;

/**
 * A {@link FlatMemory} that tracks which of its 4 KiB cards have been written, so that
 * restoring a captured state costs time only for those cards.
 * <p>
 * A write is noted for the card that contains its first byte. Up to seven of its bytes
 * can be in the next card, so restoring a card also restores these.
 */
final class DirtyCardMemory extends FlatMemory {

	private static final int CARD_SHIFT = 12;

	private static final int CARD_SIZE = 1 << CARD_SHIFT;

	private static final int OVERLAP = Long.BYTES - 1;

	private static final byte[] ZERO = new byte[CARD_SIZE];

	private static final VarHandle EIGHT_CARDS = MethodHandles.byteArrayViewVarHandle(long[].class,
			ByteOrder.nativeOrder());

	/** One byte per card: 1 if it was written since the last capture or restoration. */
	private byte[] dirty;

	/**
	 * The captured content of each card. All cards that contain only zeros share one
	 * array.
	 */
	private byte[][] captured = {};

	private long capturedBytes;

	/** The array of the captured size, kept while the memory is larger than that. */
	private byte @Nullable [] ungrown;

	DirtyCardMemory(MemoryLimits limits, byte[] data) {
		super(limits, data, true);
		this.dirty = new byte[this.data.length >>> CARD_SHIFT];
	}

	/**
	 * Captures the present content, which then counts as memory of the instance. Returns
	 * {@code false}, and captures nothing, if not enough memory is left.
	 */
	boolean capture() {
		int cards = this.data.length >>> CARD_SHIFT;
		long bytes = 0;
		for (int card = 0; card < cards; card++) {
			bytes += isZero(card) ? 0 : CARD_SIZE;
		}
		long references = (long) cards * Long.BYTES;
		long needed = this.data.length + super.keptBytes(pages()) + bytes;
		if (!heap.reserveBriefly(bytes + references, Math.max(1, cards)) || !share().reserve(needed)) {
			return false;
		}
		this.capturedBytes = bytes;
		releaseUngrown();
		this.dirty = new byte[cards];
		this.captured = new byte[cards][];
		for (int card = 0; card < cards; card++) {
			int start = card << CARD_SHIFT;
			this.captured[card] = isZero(card) ? ZERO : Arrays.copyOfRange(this.data, start, start + CARD_SIZE);
		}
		share().reduce(needed);
		return true;
	}

	private boolean isZero(int card) {
		int start = card << CARD_SHIFT;
		return Arrays.equals(this.data, start, start + CARD_SIZE, ZERO, 0, CARD_SIZE);
	}

	@Override
	long keptBytes(int pages) {
		long ungrownBytes = (long) this.captured.length * CARD_SIZE;
		boolean grown = (long) pages * PAGE_SIZE > ungrownBytes;
		return super.keptBytes(pages) + this.capturedBytes + (grown ? ungrownBytes : 0);
	}

	/** Restores the content and size that were captured last. */
	void restore() {
		if (this.ungrown != null) {
			// Written until the memory grew, so its dirty cards are among the noted ones
			heap.release(this.data);
			this.data = this.ungrown;
			this.ungrown = null;
			share().reduce(this.data.length + keptBytes(pages()));
		}
		for (int card = 0; card < this.dirty.length; card += Long.BYTES) {
			if ((long) EIGHT_CARDS.get(this.dirty, card) != 0) {
				restoreFrom(card);
				EIGHT_CARDS.set(this.dirty, card, 0L);
			}
		}
	}

	private void restoreFrom(int first) {
		for (int card = first; card < first + Long.BYTES; card++) {
			if (this.dirty[card] != 0 && card < this.captured.length) {
				restoreCard(card, CARD_SIZE);
				if (card + 1 < this.captured.length) {
					restoreCard(card + 1, OVERLAP);
				}
			}
		}
	}

	private void restoreCard(int card, int length) {
		System.arraycopy(this.captured[card], 0, this.data, card << CARD_SHIFT, length);
	}

	@Override
	void replace(byte[] grown) {
		byte[] before = this.data;
		this.dirty = Arrays.copyOf(this.dirty, grown.length >>> CARD_SHIFT);
		if (before.length >>> CARD_SHIFT == this.captured.length) {
			this.ungrown = before;
			this.data = grown;
		}
		else {
			super.replace(grown);
		}
	}

	@Override
	void close() {
		releaseUngrown();
		super.close();
	}

	private void releaseUngrown() {
		if (this.ungrown != null) {
			heap.release(this.ungrown);
			this.ungrown = null;
		}
	}

	@Override
	void written(int address, int size) {
		if (size > 0) {
			Arrays.fill(this.dirty, address >>> CARD_SHIFT, ((address + size - 1) >>> CARD_SHIFT) + 1, (byte) 1);
		}
	}

	@Override
	protected void note(int address) {
		this.dirty[address >>> CARD_SHIFT] = 1;
	}

	@Override
	public void writeByte(int address, byte value) {
		super.writeByte(address, value);
		this.dirty[address >>> CARD_SHIFT] = 1;
	}

	@Override
	public void writeShort(int address, short value) {
		super.writeShort(address, value);
		this.dirty[address >>> CARD_SHIFT] = 1;
	}

	@Override
	public void writeI32(int address, int value) {
		super.writeI32(address, value);
		this.dirty[address >>> CARD_SHIFT] = 1;
	}

	@Override
	public void writeLong(int address, long value) {
		super.writeLong(address, value);
		this.dirty[address >>> CARD_SHIFT] = 1;
	}

}
