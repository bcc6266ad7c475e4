import type { HttpFault } from './http-fault.ts';

/** The HTTP faults that are switched on. For each call the oldest one strikes first, until its count is used up. */
export class HttpFaults {
  #faults: (HttpFault & { left: number })[] = [];

  add(fault: HttpFault): void {
    this.#faults.push({ ...fault, left: fault.count });
  }

  /** The fault that strikes this call now, if any; takes one off its count. */
  take(call: string): HttpFault | undefined {
    const fault = this.#faults.find((candidate) => candidate.call === call);
    if (fault === undefined) return undefined;
    fault.left -= 1;
    if (fault.left === 0) this.#faults = this.#faults.filter((other) => other !== fault);
    return fault;
  }

  all(): readonly (HttpFault & { readonly left: number })[] {
    return this.#faults;
  }

  clear(): void {
    this.#faults = [];
  }
}
