package io.gatewaywasm.host.engine.dwarf;

import java.nio.ByteBuffer;

/**
 * The sections with a module's debug information. A missing section is empty.
 *
 * @param lines the content of {@code .debug_line}
 * @param lineStrings the content of {@code .debug_line_str}, which exists since DWARF 5
 * @param strings the content of {@code .debug_str}
 */
public record DebugSections(ByteBuffer lines, ByteBuffer lineStrings, ByteBuffer strings) {

}
