package io.gatewaywasm.host.engine.cache;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * The stored form of a compiled module.
 *
 * @param facts the facts gathered when it was compiled
 * @param names its encoded function names
 * @param lines its encoded source lines
 * @param module the binary that instances are made from, mostly without function bodies
 * @param classes the compiled classes
 */
public record CacheEntry(ModuleFacts facts, byte[] names, byte[] lines, byte[] module, CompiledClasses classes) {

	private static final int MAGIC = 0x47575743;

	private static final int HEADER = Integer.BYTES + Long.BYTES;

	/** Encodes the entry with its key and a checksum. */
	public byte[] encode(String key) {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		try (DataOutputStream output = new DataOutputStream(bytes)) {
			output.writeInt(MAGIC);
			output.writeLong(0);
			output.writeUTF(key);
			output.writeInt(this.facts.functions());
			output.writeInt(this.facts.interpreted());
			output.writeInt(this.facts.hugeMethods());
			output.writeUTF(this.facts.obstacle());
			writeBytes(output, this.names);
			writeBytes(output, this.lines);
			writeBytes(output, this.module);
			output.writeUTF(this.classes.mainClass());
			output.writeInt(this.classes.classes().size());
			for (Map.Entry<String, byte[]> entry : this.classes.classes().entrySet()) {
				output.writeUTF(entry.getKey());
				writeBytes(output, entry.getValue());
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		byte[] encoded = bytes.toByteArray();
		ByteBuffer.wrap(encoded).putLong(Integer.BYTES, checksum(encoded));
		return encoded;
	}

	/** Decodes an entry. Fails if it is damaged or was written for another key. */
	public static CacheEntry decode(String key, byte[] encoded) throws IOException {
		if (encoded.length < HEADER || ByteBuffer.wrap(encoded).getLong(Integer.BYTES) != checksum(encoded)) {
			throw new IOException("its checksum is wrong");
		}
		try (DataInputStream input = new DataInputStream(new ByteArrayInputStream(encoded))) {
			if (input.readInt() != MAGIC || input.skipBytes(Long.BYTES) != Long.BYTES || !input.readUTF().equals(key)) {
				throw new IOException("it is an entry for another module or engine");
			}
			ModuleFacts facts = new ModuleFacts(input.readInt(), input.readInt(), input.readInt(), input.readUTF());
			byte[] names = readBytes(input);
			byte[] lines = readBytes(input);
			byte[] module = readBytes(input);
			String mainClass = input.readUTF();
			int count = input.readInt();
			Map<String, byte[]> classes = new LinkedHashMap<>();
			for (int i = 0; i < count; i++) {
				classes.put(input.readUTF(), readBytes(input));
			}
			return new CacheEntry(facts, names, lines, module, new CompiledClasses(mainClass, classes));
		}
	}

	private static void writeBytes(DataOutputStream output, byte[] bytes) throws IOException {
		output.writeInt(bytes.length);
		output.write(bytes);
	}

	private static byte[] readBytes(DataInputStream input) throws IOException {
		int length = input.readInt();
		if (length < 0 || length > input.available()) {
			throw new IOException("it is inconsistent");
		}
		return input.readNBytes(length);
	}

	private static long checksum(byte[] encoded) {
		CRC32C checksum = new CRC32C();
		checksum.update(encoded, HEADER, encoded.length - HEADER);
		return checksum.getValue();
	}

}
