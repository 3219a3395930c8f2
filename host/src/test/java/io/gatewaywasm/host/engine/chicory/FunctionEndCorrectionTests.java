package io.gatewaywasm.host.engine.chicory;

import io.gatewaywasm.host.engine.ModuleInstance;
import io.gatewaywasm.host.engine.chicory.CorrectedInstructionsTests.Mode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for branches in functions that end right after a block.
 */
class FunctionEndCorrectionTests {

	@ParameterizedTest
	@EnumSource
	void branchFromTheLastBlockKeepsItsValue(Mode mode) {
		ModuleInstance instance = mode.instance("""
				(func (export "br") (result i64)
					i64.const 1 block i64.const 7 br 1 end)
				(func (export "br_if") (param i32) (result i64)
					i64.const 1 block i64.const 7 local.get 0 br_if 1 drop end)
				(func (export "br_table") (param i32) (result i64)
					i64.const 1 block i64.const 7 local.get 0 br_table 1 1 end)
				(func (export "if") (param i32) (result i64)
					i64.const 1 local.get 0 if i64.const 7 br 1 end)
				(func (export "else") (param i32) (result i64)
					i64.const 1 local.get 0 if else i64.const 7 br 1 end)
				(func (export "nested") (result i64)
					i64.const 1 block i64.const 2 block i64.const 7 br 2 end drop end)
				(func (export "loop") (param i32) (result i64)
					i64.const 1 loop i64.const 7 local.get 0 br_if 1 drop end)
				""");
		assertThat(TestModules.call(instance, "br")).isEqualTo(7);
		assertThat(TestModules.call(instance, "br_if", 1)).isEqualTo(7);
		assertThat(TestModules.call(instance, "br_if", 0)).isEqualTo(1);
		assertThat(TestModules.call(instance, "br_table", 0)).isEqualTo(7);
		assertThat(TestModules.call(instance, "br_table", 5)).isEqualTo(7);
		assertThat(TestModules.call(instance, "if", 1)).isEqualTo(7);
		assertThat(TestModules.call(instance, "if", 0)).isEqualTo(1);
		assertThat(TestModules.call(instance, "else", 1)).isEqualTo(1);
		assertThat(TestModules.call(instance, "else", 0)).isEqualTo(7);
		assertThat(TestModules.call(instance, "nested")).isEqualTo(7);
		assertThat(TestModules.call(instance, "loop", 1)).isEqualTo(7);
		assertThat(TestModules.call(instance, "loop", 0)).isEqualTo(1);
	}

	@ParameterizedTest
	@EnumSource
	void branchFromOutsideTheLastBlockKeepsItsValue(Mode mode) {
		ModuleInstance instance = mode.instance("""
				(func (export "before") (param i32) (result i64)
					i64.const 1 i64.const 7 local.get 0 br_if 0 drop block end)
				(func (export "other block") (param i32) (result i64)
					i64.const 1
					block i64.const 7 local.get 0 br_if 1 drop end
					block nop end)
				(func (export "no result") (param i32)
					i64.const 1 local.get 0 br_if 0 drop block end)
				""");
		assertThat(TestModules.call(instance, "before", 1)).isEqualTo(7);
		assertThat(TestModules.call(instance, "before", 0)).isEqualTo(1);
		assertThat(TestModules.call(instance, "other block", 1)).isEqualTo(7);
		assertThat(TestModules.call(instance, "other block", 0)).isEqualTo(1);
		TestModules.call(instance, "no result", 1);
		TestModules.call(instance, "no result", 0);
	}

	@ParameterizedTest
	@EnumSource
	void branchToABlockThatEndsRightAfterAnotherKeepsItsValue(Mode mode) {
		ModuleInstance instance = mode.instance("""
				(func (export "block") (result i64)
					block (result i64) i64.const 1 block i64.const 7 br 1 end end nop)
				(func (export "before") (param i32) (result i64)
					block (result i64) i64.const 1 i64.const 7 local.get 0 br_if 0 drop block end end nop)
				(func (export "if") (param i32) (result i64)
					local.get 0
					if (result i64) i64.const 1 block i64.const 7 br 1 end
					else i64.const 2 block i64.const 8 br 1 end end)
				(func (export "loop") (result i64)
					block (result i64) loop (result i64) i64.const 1 block i64.const 7 br 2 end end end)
				""");
		assertThat(TestModules.call(instance, "block")).isEqualTo(7);
		assertThat(TestModules.call(instance, "before", 1)).isEqualTo(7);
		assertThat(TestModules.call(instance, "before", 0)).isEqualTo(1);
		assertThat(TestModules.call(instance, "if", 1)).isEqualTo(7);
		assertThat(TestModules.call(instance, "if", 0)).isEqualTo(8);
		assertThat(TestModules.call(instance, "loop")).isEqualTo(7);
	}

	@ParameterizedTest
	@EnumSource
	void branchToTheEndOfAFunctionWithTheTypeOfItsLastBlockKeepsItsValue(Mode mode) {
		ModuleInstance instance = mode.instance("""
				(func (export "same") (result i64)
					i64.const 1 block (result i64) i64.const 7 br 1 end drop block end)
				(func (export "typed") (param i32) (result i64)
					i64.const 1 drop block (result i64) i64.const 3 i64.const 7 local.get 0 br_if 1 drop end)
				(func (export "narrow") (param i32) (result i32)
					i64.const 1 drop i32.const 5 block i32.const 7 local.get 0 br_if 1 drop end)
				""");
		assertThat(TestModules.call(instance, "same")).isEqualTo(7);
		assertThat(TestModules.call(instance, "typed", 1)).isEqualTo(7);
		assertThat(TestModules.call(instance, "typed", 0)).isEqualTo(3);
		assertThat(TestModules.call(instance, "narrow", 1)).isEqualTo(7);
		assertThat(TestModules.call(instance, "narrow", 0)).isEqualTo(5);
	}

}
