import * as z from 'zod';
import { shapeOf, type Shape } from './shape-of.ts';

/** One call and what its reply was made of; never what it said. */
export interface Observation {
  /** Its name, the same on both sides: why it was made, its method and its path without ids and values. */
  readonly call: string;
  /** Null where no reply came. */
  readonly status: number | null;
  /** Undefined where the reply was no JSON. */
  readonly shape: Shape | undefined;
}

/** Stands between an adapter and the network, and keeps the shape of every reply. */
export class Recorder {
  readonly #observations = new Map<string, Observation>();
  readonly #counts = new Map<string, number>();
  #step = '';

  /** Runs one step of a visit; undefined where it is refused, which its observations tell. The last run of a step of this name counts. */
  async step<T>(name: string, run: () => Promise<T>): Promise<T | undefined> {
    this.#step = name;
    this.#counts.clear();
    try {
      return await run();
    } catch {
      return undefined;
    }
  }

  /** A `fetch` for calls below this base URL. */
  fetchBelow(base: URL): typeof fetch {
    return async (input, init) => {
      const call = this.#nameOf(input, base, init?.method ?? 'GET');
      this.#observations.set(call, { call, status: null, shape: undefined });
      const response = await fetch(input, init);
      const reply = json(await response.clone().text());
      this.#observations.set(call, { call, status: response.status, shape: reply === undefined ? undefined : shapeOf(reply) });
      return response;
    };
  }

  observations(): Observation[] {
    return [...this.#observations.values()];
  }

  /** A call that is made again within a step, in another form or after a failure, has a number. */
  #nameOf(input: Parameters<typeof fetch>[0], base: URL, method: string): string {
    const { pathname, searchParams } = new URL(input instanceof Request ? input.url : input);
    const path = withoutIds(pathname.slice(base.pathname.replace(/\/+$/, '').length));
    const query = [...searchParams.keys()].map((key) => `${key}=`).join('&');
    const name = `${this.#step}: ${method} ${path}${query === '' ? '' : `?${query}`}`;
    const count = (this.#counts.get(name) ?? 0) + 1;
    this.#counts.set(name, count);
    return count === 1 ? name : `${name} (${count})`;
  }
}

/** The segments after these are ids. */
function withoutIds(path: string): string {
  return path.replaceAll(/\/(accounts|job)\/[^/]+/g, '/$1/{id}');
}

function json(text: string): unknown {
  try {
    return z.json().parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
