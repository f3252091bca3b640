/** Decode a file as UTF-8, or UTF-16 by its mark, as the command line reads it: a mark stays. Null: not text. */
export async function readText(file) {
  const bytes = new Uint8Array(await file.arrayBuffer());
  const text = decode(bytes, encodingOf(bytes));
  return text === null || text.includes("\0") ? null : text;
}

function encodingOf(bytes) {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return "utf-16be";
  return "utf-8";
}

function decode(bytes, encoding) {
  try {
    return new TextDecoder(encoding, { fatal: true, ignoreBOM: encoding === "utf-8" }).decode(bytes);
  } catch {
    return null;
  }
}

/** Hand a file to the browser's downloads. */
export function save(content, mediaType, name) {
  const address = URL.createObjectURL(new Blob([content], { type: mediaType }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
