/** Reads the blocks of a document: gzip of JSON as base64, in inert elements of the page or from its server. */

const bytes = new Map<string, string>();

/** Takes the blocks in the page; false where there are none, as in a page that a server gives. */
export function takeEmbedded(): boolean {
  for (const one of document.querySelectorAll<HTMLScriptElement>("script[data-block]")) {
    bytes.set(one.dataset.block ?? "", one.textContent ?? "");
    one.remove();
  }
  return bytes.size > 0;
}

/** Takes the blocks that a server gives, in the place of those before. */
export function takeServed(blocks: Record<string, string>): void {
  bytes.clear();
  for (const [name, block] of Object.entries(blocks)) bytes.set(name, block);
}

/** The value in a block. */
export async function block<T>(name: string): Promise<T> {
  const raw = Uint8Array.from(atob(bytes.get(name) ?? ""), (one) => one.charCodeAt(0));
  const stream = new Blob([raw]).stream().pipeThrough(new DecompressionStream("gzip"));
  return (await new Response(stream).json()) as T;
}
