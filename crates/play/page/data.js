// What `play-data.js` brings: see `embed.rs` and `play_data.rs`.

// Bytes from the characters of a script; two from each.
function bytesOf(text) {
  const others = [0x22, 0x5c, 0x2028, 0x2029, 0xfeff, 0xfffe, 0xffff];
  const pairs = new Uint16Array(text.length);
  let count = 0;
  for (let at = 0; at < text.length; at++) {
    let pair = text.charCodeAt(at);
    if (pair === 0xe000) {
      const second = text.charCodeAt(++at);
      if (second >= 0x100) pair = second - 0x100 + 0xd800;
      else if (second === 0x80) pair = 0xe000;
      else if (second >= 0x60) pair = second - 0x60;
      else pair = others[second - 0x30];
    }
    pairs[count++] = pair;
  }
  return new Uint8Array(pairs.buffer, 0, 2 * count);
}

async function inflated(bytes) {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

// The facts, and each part as bytes.
function readData() {
  const bytes = bytesOf(PLAY_DATA);
  const length = new DataView(bytes.buffer).getUint32(0, true);
  const facts = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length)));
  let start = 4 + length;
  const parts = {};
  for (const [name, size] of facts.parts) {
    parts[name] = bytes.subarray(start, start + size);
    start += size;
  }
  return { facts, parts };
}
