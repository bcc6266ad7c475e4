/** What upstream may answer at most, decompressed (architecture, "Tenancy and access"). */
export const replyCapBytes = 20 * 1024 * 1024;

/** Reads a reply as UTF-8. Undefined when it is larger than the cap; the rest is not read. */
export async function cappedText(response: Response): Promise<string | undefined> {
  const stream: AsyncIterable<Uint8Array> | null = response.body;
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream ?? []) {
    size += chunk.byteLength;
    if (size > replyCapBytes) return undefined;
    chunks.push(chunk);
  }
  return new TextDecoder().decode(Buffer.concat(chunks));
}
