package io.gatewaywasm.host.engine.binary;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class RustSymbolsTests {

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					_ZN4core9panicking5panic17h0123456789abcdefE | core::panicking::panic
					_ZN3foo3barE                                  | foo::bar
					_ZN60_$LT$alloc..string..String$u20$as$u20$core..fmt..Display$GT$3fmt17h0123456789abcdefE | <alloc::string::String as core::fmt::Display>::fmt
					_RNvNtCs1234_7mycrate3foo3bar                 | mycrate::foo::bar
					_RNvCskwGfYPst2Cb_3foo16example_function      | foo::example_function
					main.(*pluginContext).OnTick                  | main.(*pluginContext).OnTick
					_Reset                                        | _Reset
					_ZN9999999                                    | _ZN9999999
					_ZN                                           | _ZN
					malloc                                        | malloc
					""")
	void symbolBecomesPath(String symbol, String path) {
		assertThat(RustSymbols.demangle(symbol)).isEqualTo(path);
	}

}
