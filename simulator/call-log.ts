import type { Clock } from './clock.ts';

const callsKept = 10_000;

/** One upstream call: no query, header or body, so nothing secret or personal. */
export interface LoggedCall {
  /** ISO time. */
  readonly at: string;
  /** The call's name, or `unknown` for a path that upstream does not have. */
  readonly call: string;
  readonly method: string;
  readonly path: string;
  readonly merchant: string | null;
  /** Null when no reply was sent. */
  readonly status: number | null;
  /** The AP or AC code in the reply. */
  readonly code: string | null;
  /** The HTTP fault that struck. */
  readonly fault: string | null;
}

/** What was called, for tests that count. Keeps the last 10,000 calls and the counts of all. */
export class CallLog {
  readonly #clock: Clock;
  readonly #writeLine: (line: string) => void;
  #calls: LoggedCall[] = [];
  #counts = new Map<string, number>();

  constructor(clock: Clock, writeLine: (line: string) => void) {
    this.#clock = clock;
    this.#writeLine = writeLine;
  }

  add(call: Omit<LoggedCall, 'at'>): void {
    this.#calls.push({ at: new Date(this.#clock.now()).toISOString(), ...call });
    if (this.#calls.length > callsKept) this.#calls.shift();
    this.#counts.set(call.call, (this.#counts.get(call.call) ?? 0) + 1);
    this.#writeLine(`${call.method} ${call.path} ${[call.status ?? 'no reply', call.code, call.fault, call.merchant].filter((part) => part !== null).join(' ')}`);
  }

  /** `merchant` narrows the calls and the counts to one merchant's; counts then cover only the calls still kept. */
  read(merchant?: string): { total: number; counts: Record<string, number>; calls: readonly LoggedCall[] } {
    if (merchant === undefined) {
      return { total: [...this.#counts.values()].reduce((sum, count) => sum + count, 0), counts: Object.fromEntries(this.#counts), calls: this.#calls };
    }
    const calls = this.#calls.filter((call) => call.merchant === merchant);
    const counts: Record<string, number> = {};
    for (const { call } of calls) counts[call] = (counts[call] ?? 0) + 1;
    return { total: calls.length, counts, calls };
  }

  clear(): void {
    this.#calls = [];
    this.#counts = new Map();
  }
}
