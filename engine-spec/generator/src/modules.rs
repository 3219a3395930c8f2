use crate::hex;
use anyhow::{anyhow, Result};
use arbitrary::Unstructured;
use serde_json::{json, Value};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use wasm_smith::{Config, Module};
use wasmparser::{ExternalKind, Parser, Payload, TypeRef, ValType};

/// Bytes from which a module is made.
const ENTROPY: usize = 4096;

/// Loop iterations and calls that an instance may do; both sides count them the same way.
const FUEL: u32 = 2000;

/// Calls of each function.
const CALLS: usize = 3;

pub fn write(first: u64, count: u64, file: &Path) -> Result<()> {
    let mut output = BufWriter::new(File::create(file)?);
    for seed in first..first + count {
        if let Some(module) = module(seed)? {
            writeln!(output, "{module}")?;
        }
    }
    Ok(output.flush()?)
}

/// Returns nothing for the rare seed that gives no module.
fn module(seed: u64) -> Result<Option<Value>> {
    let mut random = Random(seed);
    let entropy: Vec<u8> = (0..ENTROPY).map(|_| random.next() as u8).collect();
    let mut unstructured = Unstructured::new(&entropy);
    let Ok(mut module) = Module::new(config(seed), &mut unstructured) else {
        return Ok(None);
    };
    module
        .ensure_termination(FUEL)
        .map_err(|e| anyhow!("seed {seed}: {e}"))?;
    let wasm = module.to_bytes();
    let calls = calls(&wasm, &mut random)?;
    Ok(Some(json!({ "seed": seed, "wasm": hex(&wasm), "calls": calls })))
}

/// What both engines know, without imports. Half of the modules get mostly numbers, and a third may
/// trap in any instruction.
fn config(seed: u64) -> Config {
    let numeric = seed % 2 == 0;
    Config {
        allow_start_export: true,
        bulk_memory_enabled: true,
        canonicalize_nans: true,
        disallow_traps: seed % 3 != 0,
        exceptions_enabled: false,
        export_everything: true,
        extended_const_enabled: false,
        gc_enabled: false,
        compact_imports_enabled: false,
        max_data_segments: 8,
        max_element_segments: 8,
        max_elements: 16,
        max_funcs: if numeric { 6 } else { 20 },
        max_globals: 12,
        max_imports: 0,
        max_instructions: if numeric { 300 } else { 100 },
        max_memories: 1,
        max_memory32_bytes: 2 << 16,
        max_table_elements: 64,
        max_tables: if numeric { 1 } else { 4 },
        max_types: 16,
        memory64_enabled: false,
        memory_max_size_required: true,
        memory_offset_choices: wasm_smith::MemoryOffsetChoices(80, 15, 5),
        min_data_segments: 1,
        min_funcs: 2,
        min_memories: 1,
        min_types: 2,
        multi_value_enabled: true,
        reference_types_enabled: !numeric,
        relaxed_simd_enabled: false,
        saturating_float_to_int_enabled: true,
        sign_extension_ops_enabled: true,
        simd_enabled: false,
        tail_call_enabled: false,
        table_max_size_required: true,
        threads_enabled: false,
        wide_arithmetic_enabled: false,
        ..Config::default()
    }
}

fn calls(wasm: &[u8], random: &mut Random) -> Result<Vec<Value>> {
    let mut types = Vec::new();
    let mut functions = Vec::new();
    let mut exports = Vec::new();
    for payload in Parser::new(0).parse_all(wasm) {
        match payload? {
            Payload::TypeSection(section) => {
                for group in section.into_iter_err_on_gc_types() {
                    types.push(group?);
                }
            }
            Payload::ImportSection(section) => {
                for import in section.into_imports() {
                    if let TypeRef::Func(index) = import?.ty {
                        functions.push(index);
                    }
                }
            }
            Payload::FunctionSection(section) => {
                for index in section {
                    functions.push(index?);
                }
            }
            Payload::ExportSection(section) => {
                for export in section {
                    let export = export?;
                    if export.kind == ExternalKind::Func {
                        exports.push((export.name.to_string(), export.index as usize));
                    }
                }
            }
            _ => {}
        }
    }
    let mut calls = Vec::new();
    for _ in 0..CALLS {
        for (name, index) in &exports {
            let function = &types[functions[*index] as usize];
            let arguments: Vec<Value> = function
                .params()
                .iter()
                .map(|&kind| argument(kind, random))
                .collect();
            let results: Vec<&str> = function.results().iter().map(|&kind| type_name(kind)).collect();
            calls.push(json!({ "name": name, "args": arguments, "results": results }));
        }
    }
    Ok(calls)
}

fn type_name(kind: ValType) -> &'static str {
    match kind {
        ValType::I32 => "i32",
        ValType::I64 => "i64",
        ValType::F32 => "f32",
        ValType::F64 => "f64",
        _ => "reference",
    }
}

/// No NaN: JavaScript may change its bits on the way in.
fn argument(kind: ValType, random: &mut Random) -> Value {
    let name = type_name(kind);
    let bits = match kind {
        ValType::I32 => i64::from(random.integer() as i32),
        ValType::I64 => random.integer() as i64,
        ValType::F32 => {
            let number = f32::from_bits(random.float() as u32);
            i64::from(if number.is_nan() { 0 } else { number.to_bits() as i32 })
        }
        ValType::F64 => {
            let number = f64::from_bits(random.float());
            if number.is_nan() { 0 } else { number.to_bits() as i64 }
        }
        _ => 0,
    };
    json!({ "type": name, "bits": bits.to_string() })
}

/// SplitMix64.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[(self.next() % of.len() as u64) as usize]
    }

    /// Small, extreme or any.
    fn integer(&mut self) -> u64 {
        match self.next() % 4 {
            0 => self.next() % 64,
            1 => self.pick(&[
                u64::MAX,
                1 << 31,
                (1 << 31) - 1,
                1 << 32,
                1 << 63,
                (1 << 63) - 1,
                0xffff_fff8,
                65_535,
            ]),
            2 => self.next() % (2 << 16),
            _ => self.next(),
        }
    }

    /// The bits of a number that is near a limit of a conversion, or of any.
    fn float(&mut self) -> u64 {
        let number = self.pick(&[
            0.0,
            -0.0,
            1.5,
            -1.0,
            2147483648.0,
            -2147483649.0,
            4294967295.5,
            9223372036854775808.0,
            18446744073709551616.0,
            f64::INFINITY,
            0.49999999999999994,
        ]);
        match self.next() % 3 {
            0 => number.to_bits(),
            1 => u64::from((number as f32).to_bits()),
            _ => self.next(),
        }
    }
}
