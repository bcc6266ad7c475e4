import type http from 'node:http';

/** The whole body of a request, or undefined when it is longer than `maxBytes`. Rejects when the client goes away. */
export function readBody(request: http.IncomingMessage, maxBytes: number): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const over = (): void => {
      request.pause().removeAllListeners('data');
      resolve(undefined);
    };
    if (Number(request.headers['content-length'] ?? 0) > maxBytes) {
      over();
      return;
    }
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length > maxBytes) over();
      else chunks.push(chunk);
    });
    request.on('end', () => resolve(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks)));
    request.on('close', () => reject(new Error('the client went away')));
    request.on('error', reject);
  });
}
