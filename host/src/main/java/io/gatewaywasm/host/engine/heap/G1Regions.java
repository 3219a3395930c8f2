package io.gatewaywasm.host.engine.heap;

import java.lang.management.ManagementFactory;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import javax.management.JMException;
import javax.management.ObjectName;

/**
 * The regions of G1's heap. Before Java 22, G1 does not move arrays of half a region or
 * more, so the free regions between them may be unusable for large arrays. Only the
 * diagnostic command {@code VM.info} lists the regions.
 */
final class G1Regions {

	private static final String COMMANDS = "com.sun.management:type=DiagnosticCommand";

	/** A line such as {@code |  12|0xe0c00000, 0xe0d00000, 0xe0d00000|100%|HC| ...}. */
	private static final Pattern REGION = Pattern.compile("(?m)^\\| *(\\d+)\\|0x[^|]*\\|[ \\d]+%\\| *(\\w+)");

	private static final String FREE = "F";

	private G1Regions() {
	}

	/**
	 * Returns the length of the longest run of free regions, or 0 if it is unknown.
	 * {@code count} is the number of regions that the heap can have.
	 */
	static long largestFree(long count) {
		try {
			Object report = ManagementFactory.getPlatformMBeanServer()
				.invoke(new ObjectName(COMMANDS), "vmInfo", new Object[0], new String[0]);
			return largestFree(String.valueOf(report), count);
		}
		catch (JMException | RuntimeException ex) {
			return 0;
		}
	}

	/** The report lists only the regions that the heap has already grown to. */
	static long largestFree(String report, long count) {
		Matcher regions = REGION.matcher(report);
		long largest = 0;
		long next = 0;
		boolean found = false;
		while (regions.find()) {
			found = true;
			if (!FREE.equals(regions.group(2))) {
				long index = Long.parseLong(regions.group(1));
				largest = Math.max(largest, index - next);
				next = index + 1;
			}
		}
		return found ? Math.max(largest, count - next) : 0;
	}

}
