// The project's crates, compiled to WebAssembly: `exports.rs` says what each call takes and gives.

const SIDE = 28;
const PIXELS = SIDE * SIDE;

let wasm = null;

async function startEngine(bytes) {
  const module = await WebAssembly.compile(bytes);
  // A library brings the glue of another tool; nothing calls it.
  const imports = {};
  for (const { module: from, name } of WebAssembly.Module.imports(module)) {
    imports[from] ??= {};
    imports[from][name] = () => { throw new Error(`the page has no ${name}`); };
  }
  wasm = (await WebAssembly.instantiate(module, imports)).exports;
}

// Calls `name` with bytes, if there are any, and numbers; gives a copy of the floats that it leaves.
function run(name, bytes, ...numbers) {
  if (bytes) {
    const at = wasm.input(bytes.length);
    new Uint8Array(wasm.memory.buffer, at, bytes.length).set(bytes);
  }
  const length = wasm[name](...numbers);
  if (length < 0) {
    const reason = new Uint8Array(wasm.memory.buffer, wasm.reason(), wasm.reason_length());
    throw new Error(new TextDecoder().decode(reason.slice()));
  }
  return new Float32Array(wasm.memory.buffer, wasm.output(), length).slice();
}

// The levels of a test image that is unpacked already.
function testImage(index) {
  return new Uint8Array(wasm.memory.buffer, wasm.tests() + index * PIXELS, PIXELS).slice();
}
