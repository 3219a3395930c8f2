// Runs random modules in V8: node expected.mjs MODULES EXPECTED. The first file has one module on
// each line, with calls of its functions; the second gets what they came to, line by line.

import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';

const TRAPS = [
  [/unreachable/, 'unreachable'],
  [/divide by zero|remainder by zero/, 'divide by zero'],
  [/divide result unrepresentable|float unrepresentable/, 'integer overflow'],
  [/memory access out of bounds|data segment|memory\.init/, 'memory'],
  [/table index is out of bounds|table access out of bounds|element segment|table\.|out of bounds/, 'table'],
  [/null function or function signature|signature mismatch|dereferencing a null/, 'indirect call'],
  [/call stack/, 'stack'],
];

const scratch = new DataView(new ArrayBuffer(8));

function trap(error) {
  for (const [pattern, name] of TRAPS) {
    if (pattern.test(error.message)) {
      return name;
    }
  }
  return `unknown: ${error}`;
}

function argument({ type, bits }) {
  switch (type) {
    case 'i32':
      return Number(bits);
    case 'i64':
      return BigInt(bits);
    case 'f32':
      scratch.setInt32(0, Number(bits));
      return scratch.getFloat32(0);
    case 'f64':
      scratch.setBigInt64(0, BigInt(bits));
      return scratch.getFloat64(0);
    default:
      return null;
  }
}

// JavaScript does not show the bits of a NaN.
function result(type, value) {
  switch (type) {
    case 'i32':
    case 'i64':
      return String(value);
    case 'f32':
      scratch.setFloat32(0, value);
      return Number.isNaN(value) ? 'nan' : String(scratch.getInt32(0));
    case 'f64':
      scratch.setFloat64(0, value);
      return Number.isNaN(value) ? 'nan' : String(scratch.getBigInt64(0));
    default:
      return value === null ? 'null' : 'reference';
  }
}

function call(instance, { name, args, results }) {
  try {
    const returned = instance.exports[name](...args.map(argument));
    const values = results.length === 1 ? [returned] : results.length === 0 ? [] : returned;
    return results.map((type, i) => result(type, values[i])).join(' ');
  } catch (error) {
    return `trap: ${trap(error)}`;
  }
}

// The type of a global shows in its value; a number is told by its 64 bits.
function globalValue(value) {
  if (typeof value === 'number') {
    return Number.isNaN(value) ? 'nan' : result('f64', value);
  }
  return typeof value === 'bigint' ? String(value) : value === null ? 'null' : 'reference';
}

function tableContent(table) {
  let content = '';
  for (let i = 0; i < table.length; i++) {
    content += table.get(i) === null ? '0' : '1';
  }
  return content;
}

function state(instance) {
  const parts = [];
  for (const name of Object.keys(instance.exports).sort()) {
    const exported = instance.exports[name];
    if (exported instanceof WebAssembly.Memory) {
      const bytes = Buffer.from(exported.buffer);
      parts.push(`${name}=${bytes.length}:${createHash('sha1').update(bytes).digest('hex')}`);
    } else if (exported instanceof WebAssembly.Global) {
      parts.push(`${name}=${globalValue(exported.value)}`);
    } else if (exported instanceof WebAssembly.Table) {
      parts.push(`${name}=${tableContent(exported)}`);
    }
  }
  return parts.join(' ');
}

function run({ seed, wasm, calls }) {
  let module;
  let instance;
  try {
    module = new WebAssembly.Module(Buffer.from(wasm, 'hex'));
    instance = new WebAssembly.Instance(module);
  } catch (error) {
    const start = error instanceof WebAssembly.CompileError ? `refused: ${error.message}` : `trap: ${trap(error)}`;
    return { seed, start, outcomes: [], states: [] };
  }
  const start = state(instance);
  const outcomes = [];
  const states = [];
  for (const each of calls) {
    const outcome = call(instance, each);
    outcomes.push(outcome);
    states.push(state(instance));
    // Most often the instance has used up what it may execute.
    if (outcome === 'trap: unreachable') {
      instance = new WebAssembly.Instance(module);
    }
  }
  return { seed, start, outcomes, states };
}

const [modules, expected] = process.argv.slice(2);
const output = createWriteStream(expected);
for await (const line of createInterface({ input: createReadStream(modules) })) {
  output.write(`${JSON.stringify(run(JSON.parse(line)))}\n`);
}
output.end();
