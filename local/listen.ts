import { once } from 'node:events';
import type http from 'node:http';
import { LocalCloudError } from './local-cloud-error.ts';

export interface Listener {
  readonly port: number;
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  /** Stops listening and drops every connection. */
  close(): Promise<void>;
}

/** Listens on 127.0.0.1 only. Port 0 takes a free one. */
export async function listen(server: http.Server, port: number): Promise<Listener> {
  // Clients keep connections; a server that closes them first makes a request fail now and then.
  server.keepAliveTimeout = 70_000;
  server.listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    if (code === 'EADDRINUSE') throw new LocalCloudError(`Port ${port} is in use: stop what listens there, or choose another one in the environment (PORT, SIMULATOR_PORT).`, { cause });
    if (code === 'EACCES') throw new LocalCloudError(`Port ${port} may not be used by this user: choose one above 1023 in the environment (PORT, SIMULATOR_PORT).`, { cause });
    throw cause;
  }
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port was assigned');
  return {
    port: address.port,
    url: `http://127.0.0.1:${address.port}`,
    close: async () => {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
