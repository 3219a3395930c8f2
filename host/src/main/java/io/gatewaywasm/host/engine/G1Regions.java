package io.gatewaywasm.host.engine;

import java.lang.management.ManagementFactory;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import javax.management.JMException;
import javax.management.ObjectName;

/**
 * The regions of G1's heap. G1 does not move arrays of half a region and more before Java
 * 22, so that what is free between them may be of no use. Nothing but the diagnostic
 * command {@code VM.info} tells where they are.
 */
final class G1Regions {

	private static final String COMMANDS = "com.sun.management:type=DiagnosticCommand";

	/** A line such as {@code |  12|0xe0c00000, 0xe0d00000, 0xe0d00000|100%|HC| ...}. */
	private static final Pattern REGION = Pattern.compile("(?m)^\\| *(\\d+)\\|0x[^|]*\\|[ \\d]+%\\| *(\\w+)");

	private static final String FREE = "F";

	private G1Regions() {
	}

	/**
	 * Returns the length of the longest run of free regions.
	 * @param count the number of regions that the heap can have
	 * @return the number of regions, or 0 if the JVM does not tell
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

	/** Regions that the heap has not grown to yet are not in the report. */
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
