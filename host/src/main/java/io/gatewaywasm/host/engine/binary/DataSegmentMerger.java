package io.gatewaywasm.host.engine.binary;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;

import org.jspecify.annotations.Nullable;

/**
 * Merges the data segments of a module. Go's linker writes tens of thousands of segments
 * for one memory image, to leave out zeros. Each segment becomes an object when the
 * module is parsed and costs a call for every new instance.
 */
final class DataSegmentMerger {

	/**
	 * Larger images are not built, because building one takes as much heap as its size.
	 */
	private static final int MAXIMUM_SIZE = 64 << 20;

	/** About the cost of one more segment. */
	private static final int MINIMUM_GAP = 64;

	private static final int I32_CONST = 0x41;

	private static final int END = 0x0b;

	private byte[] image = {};

	private int size;

	private DataSegmentMerger() {
	}

	/**
	 * Returns an equivalent data section with merged segments, or {@code null} if the
	 * segments cannot be merged or do not fit into the initial memory.
	 */
	static byte @Nullable [] merge(ByteCursor section, long memory) {
		DataSegmentMerger image = new DataSegmentMerger();
		long count = section.readUnsigned();
		for (long i = 0; i < count; i++) {
			if (section.readUnsigned() != 0 || section.readByte() != I32_CONST) {
				return null;
			}
			long address = section.readSigned();
			if (section.readByte() != END) {
				return null;
			}
			ByteCursor content = section.slice(section.readUnsigned());
			long end = address + content.remaining();
			if (address < 0 || end > Math.min(memory, MAXIMUM_SIZE)) {
				return null;
			}
			image.paint((int) address, content);
		}
		return image.encode();
	}

	private void paint(int address, ByteCursor content) {
		int end = address + content.remaining();
		if (end > this.image.length) {
			this.image = Arrays.copyOf(this.image, Math.max(end, Math.min(MAXIMUM_SIZE, this.image.length * 2)));
		}
		content.copyTo(this.image, address);
		this.size = Math.max(this.size, end);
	}

	private byte[] encode() {
		ByteArrayOutputStream segments = new ByteArrayOutputStream();
		int count = 0;
		int start = skipZeros(0);
		while (start < this.size) {
			int end = endOfRun(start);
			segments.write(0);
			segments.write(I32_CONST);
			Leb128.writeSigned(segments, start);
			segments.write(END);
			Leb128.writeUnsigned(segments, end - start);
			segments.write(this.image, start, end - start);
			count++;
			start = skipZeros(end);
		}
		ByteArrayOutputStream section = new ByteArrayOutputStream();
		Leb128.writeUnsigned(section, count);
		section.writeBytes(segments.toByteArray());
		return section.toByteArray();
	}

	private int skipZeros(int from) {
		int position = from;
		while (position < this.size && this.image[position] == 0) {
			position++;
		}
		return position;
	}

	/** Returns the position at which at least {@link #MINIMUM_GAP} zeros begin. */
	private int endOfRun(int start) {
		int end = start;
		while (end < this.size) {
			int next = skipZeros(end);
			if (next - end >= MINIMUM_GAP || next == this.size) {
				return end;
			}
			end = next + 1;
		}
		return end;
	}

}
