import { once } from 'node:events';
import net from 'node:net';

/** A port that nobody listened on a moment ago, for programs that cannot pick one themselves. */
export async function freePort(host: string): Promise<number> {
  const server = net.createServer().listen(0, host);
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port was assigned');
  return address.port;
}
