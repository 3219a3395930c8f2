// What of a lifecycle is the guest's own in V8: the callbacks of one exchange, with host functions that answer at once.
// The same as GuestFloor does on this host's engine.
//
//   node floor.mjs RESULT.json FILTERS_DIR SIGNATURE.json SECONDS_OF_WARMUP ITERATIONS FILTER...
//
// Writes the CPU nanoseconds of the process for each lifecycle, one value for each iteration of a second.
import { readFileSync, writeFileSync } from 'node:fs';

const [result, directory, signatureFile, warmUp, iterations, ...filters] = process.argv.slice(2);
const signature = JSON.parse(readFileSync(signatureFile, 'utf8'));
const VALUES = new Map([['x-signed', signature.signed], ['x-signature', signature.signature]]);
const BAD_FILE_DESCRIPTOR = 8;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

async function load(filter) {
	const module = await WebAssembly.compile(readFileSync(`${directory}/${filter}.wasm`));
	const configuration = encoder.encode(filter === 'signature_go' ? signature.key : '');
	const values = new Map([...VALUES].map(([name, value]) => [name, encoder.encode(value)]));
	const other = encoder.encode('shop.example.org');
	let exports;
	let buffer;
	let view;
	const memory = () => {
		if (buffer !== exports.memory.buffer) {
			buffer = exports.memory.buffer;
			view = new DataView(buffer);
		}
		return view;
	};
	const answer = (bytes, pointer, size) => {
		const address = exports.proxy_on_memory_allocate(bytes.length);
		const data = memory();
		new Uint8Array(buffer, address, bytes.length).set(bytes);
		data.setUint32(pointer, address, true);
		data.setUint32(size, bytes.length, true);
		return 0;
	};
	const functions = {
		proxy_get_header_map_value(map, name, length, pointer, size) {
			memory();
			const value = filter === 'signature_go'
				? values.get(decoder.decode(new Uint8Array(buffer, name, length))) : other;
			return value ? answer(value, pointer, size) : 1;
		},
		proxy_get_buffer_bytes: (type, start, length, pointer, size) => answer(configuration, pointer, size),
		clock_time_get(clock, precision, pointer) {
			memory().setBigUint64(pointer, process.hrtime.bigint(), true);
			return 0;
		},
		fd_prestat_get: () => BAD_FILE_DESCRIPTOR,
		fd_fdstat_get: () => BAD_FILE_DESCRIPTOR,
		proxy_send_local_response() {
			throw new Error(`${filter} answered itself`);
		},
	};
	const imports = {};
	for (const { module: from, name, kind } of WebAssembly.Module.imports(module)) {
		if (kind === 'function') {
			(imports[from] ??= {})[name] = functions[name] ?? (() => 0);
		}
	}
	const instance = await WebAssembly.instantiate(module, imports);
	exports = instance.exports;
	exports._initialize?.();
	exports.proxy_on_context_create(1, 0);
	exports.proxy_on_vm_start?.(1, 0);
	if (!exports.proxy_on_configure?.(1, configuration.length) && exports.proxy_on_configure) {
		throw new Error(`${filter} refused its configuration`);
	}
	let id = 1;
	return () => {
		id++;
		exports.proxy_on_context_create(id, 1);
		exports.proxy_on_request_headers(id, 10, 1);
		exports.proxy_on_response_headers?.(id, 6, 1);
		exports.proxy_on_done(id);
		exports.proxy_on_log(id);
		exports.proxy_on_delete(id);
	};
}

function measure(lifecycle, seconds) {
	const before = process.cpuUsage();
	const end = process.hrtime.bigint() + BigInt(Math.round(seconds * 1e9));
	let count = 0;
	do {
		lifecycle();
		count++;
	} while (process.hrtime.bigint() < end);
	const used = process.cpuUsage(before);
	return (used.user + used.system) * 1000 / count;
}

const figures = {};
for (const filter of filters) {
	const lifecycle = await load(filter);
	measure(lifecycle, Number(warmUp));
	figures[filter] = Array.from({ length: Number(iterations) }, () => measure(lifecycle, 1));
	console.log(`V8: ${filter}`);
}
writeFileSync(result, JSON.stringify(figures, null, 2));
