package io.gatewaywasm.host.engine.instructions;

/**
 * Floating-point instructions, as the WebAssembly specification defines them. Called by
 * compiled modules and by the {@link CorrectedInterpreter}; not meant for applications.
 * <p>
 * Chicory 1.7.5 computes {@code convert_i64_u} and {@code copysign} incorrectly for some
 * numbers. For the other instructions, the JVM's interpreter and its compilers treat NaN
 * values differently: they may keep the sign of a NaN in {@code abs}, or return a
 * signaling NaN.
 */
public final class FloatInstructions {

	private static final int SIGN = Integer.MIN_VALUE;

	private static final int QUIET = 0x0040_0000;

	private static final long LONG_SIGN = Long.MIN_VALUE;

	private static final long LONG_QUIET = 0x0008_0000_0000_0000L;

	private FloatInstructions() {
	}

	/** Executes {@code f32.convert_i64_u}. */
	public static float f32ConvertI64U(long value) {
		return (value >= 0) ? value : (float) halve(value) * 2;
	}

	/** Executes {@code f64.convert_i64_u}. */
	public static double f64ConvertI64U(long value) {
		return (value >= 0) ? value : (double) halve(value) * 2;
	}

	/**
	 * Halves an unsigned number. A set lowest bit stays set, so that the half is rounded
	 * like the whole.
	 */
	private static long halve(long value) {
		return (value >>> 1) | (value & 1);
	}

	/** Executes {@code f32.abs}. */
	public static float f32Abs(float value) {
		return Float.intBitsToFloat(Float.floatToRawIntBits(value) & ~SIGN);
	}

	/** Executes {@code f64.abs}. */
	public static double f64Abs(double value) {
		return Double.longBitsToDouble(Double.doubleToRawLongBits(value) & ~LONG_SIGN);
	}

	/** Executes {@code f32.copysign}. */
	public static float f32Copysign(float value, float sign) {
		return Float.intBitsToFloat((Float.floatToRawIntBits(value) & ~SIGN) | (Float.floatToRawIntBits(sign) & SIGN));
	}

	/** Executes {@code f64.copysign}. */
	public static double f64Copysign(double value, double sign) {
		return Double.longBitsToDouble(
				(Double.doubleToRawLongBits(value) & ~LONG_SIGN) | (Double.doubleToRawLongBits(sign) & LONG_SIGN));
	}

	/** Executes {@code f32.min}. */
	public static float f32Min(float first, float second) {
		return quiet(Math.min(first, second));
	}

	/** Executes {@code f64.min}. */
	public static double f64Min(double first, double second) {
		return quiet(Math.min(first, second));
	}

	/** Executes {@code f32.max}. */
	public static float f32Max(float first, float second) {
		return quiet(Math.max(first, second));
	}

	/** Executes {@code f64.max}. */
	public static double f64Max(double first, double second) {
		return quiet(Math.max(first, second));
	}

	/** Executes {@code f32.ceil}. */
	public static float f32Ceil(float value) {
		return quiet((float) Math.ceil(value));
	}

	/** Executes {@code f64.ceil}. */
	public static double f64Ceil(double value) {
		return quiet(Math.ceil(value));
	}

	/** Executes {@code f32.floor}. */
	public static float f32Floor(float value) {
		return quiet((float) Math.floor(value));
	}

	/** Executes {@code f64.floor}. */
	public static double f64Floor(double value) {
		return quiet(Math.floor(value));
	}

	/** Executes {@code f32.trunc}. */
	public static float f32Trunc(float value) {
		return quiet((float) ((value < 0) ? Math.ceil(value) : Math.floor(value)));
	}

	/** Executes {@code f64.trunc}. */
	public static double f64Trunc(double value) {
		return quiet((value < 0) ? Math.ceil(value) : Math.floor(value));
	}

	/** Executes {@code f32.nearest}. */
	public static float f32Nearest(float value) {
		return quiet((float) Math.rint(value));
	}

	/** Executes {@code f64.nearest}. */
	public static double f64Nearest(double value) {
		return quiet(Math.rint(value));
	}

	private static float quiet(float value) {
		return Float.isNaN(value) ? Float.intBitsToFloat(Float.floatToRawIntBits(value) | QUIET) : value;
	}

	private static double quiet(double value) {
		return Double.isNaN(value) ? Double.longBitsToDouble(Double.doubleToRawLongBits(value) | LONG_QUIET) : value;
	}

}
