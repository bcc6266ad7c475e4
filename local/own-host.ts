import type http from 'node:http';

/**
 * Whether a request was meant for this server. A page of a foreign site can make a browser call 127.0.0.1 under a name
 * of its own (DNS rebinding); it cannot forge the `Host` header.
 */
export function isOwnHost(request: http.IncomingMessage): boolean {
  const port = String(request.socket.localPort);
  return request.headers.host === `127.0.0.1:${port}` || request.headers.host === `localhost:${port}`;
}

export const foreignHostMessage = 'This server answers only to 127.0.0.1 and localhost: call it by one of those names.';
