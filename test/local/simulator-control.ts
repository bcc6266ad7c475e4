import * as z from 'zod';

const onSuccess = z.looseObject({ connectionId: z.string().optional(), accounts: z.array(z.looseObject({ connectionId: z.string() })).optional(), aeroPassUserUuid: z.string() });
export type OnSuccess = z.infer<typeof onSuccess>;

const oldOnSuccess = z.strictObject({ user_id: z.string(), user_password: z.string(), ClientName: z.string(), FILoginAcctId: z.string() });

const expected = z.object({
  accountNumber: z.string(),
  balance: z.object({ available: z.string().nullable(), current: z.string().nullable(), currency: z.string().nullable() }),
  transactions: z.object({
    startDate: z.string(),
    endDate: z.string(),
    count: z.number(),
    sumMinorUnits: z.number().nullable(),
    items: z.array(z.object({ id: z.string(), type: z.string().nullable(), day: z.string(), amount: z.string(), currency: z.string().nullable() })),
  }),
});

const calls = z.object({ total: z.number(), counts: z.record(z.string(), z.number()), calls: z.array(z.looseObject({ call: z.string(), path: z.string(), status: z.number().nullable() })) });

export type Scenario = { readonly scenario: string; readonly aeroPassUserUuid: string | null; readonly jobSeconds?: number; readonly accounts?: number; readonly merchant?: string };

/** The control plane of the simulator: stands for the person, the bank and the network. */
export class SimulatorControl {
  readonly #url: string;
  readonly #merchant: string | undefined;

  /** @param merchant whose people and calls are meant where a request names none, by upstream's name of it; without it, those of all */
  constructor(url: string | null, merchant?: string) {
    this.#url = `${url ?? 'http://no-simulator.invalid'}/sim`;
    this.#merchant = merchant;
  }

  /** The person linked a bank: the widget's onSuccess payload. */
  async link(scenario: Scenario): Promise<OnSuccess> {
    return onSuccess.parse(await this.#send('POST', '/connections', { ...this.#itsMerchant(), ...scenario }));
  }
  /** The same in an app with an old SDK, up to 1.1.3. */
  async linkWithOldSdk(scenario: Scenario): Promise<z.infer<typeof oldOnSuccess>> {
    return oldOnSuccess.parse(await this.#send('POST', '/connections', { ...this.#itsMerchant(), ...scenario, payload: 'old' }));
  }
  /** The person renewed the consent: the widget's onSuccess payload again. */
  async reconnect(connectionId: string): Promise<OnSuccess> {
    return onSuccess.parse(await this.#send('POST', `/connections/${connectionId}/reconnect`, {}));
  }
  async expire(connectionId: string): Promise<void> {
    await this.#send('POST', `/connections/${connectionId}/expire`, {});
  }
  async revoke(connectionId: string): Promise<void> {
    await this.#send('POST', `/connections/${connectionId}/revoke`, {});
  }
  /** The person answered the bank's question in the widget. */
  async answer(upstreamJobId: string | null): Promise<void> {
    await this.#send('POST', `/jobs/${upstreamJobId ?? 'none'}/mfa`, {});
  }
  /** The last 90 days of transactions unless told otherwise. */
  async expected(connectionId: string, dates: { readonly startDate?: string; readonly endDate?: string } = {}): Promise<z.infer<typeof expected>> {
    return expected.parse(await this.#send('GET', `/connections/${connectionId}/expected?${new URLSearchParams(dates).toString()}`));
  }
  /** `mode` as the simulator's README lists them. */
  async webhooks(fault: { readonly mode: string; readonly merchant?: string; readonly duplicates?: number; readonly statuses?: readonly string[] }): Promise<void> {
    await this.#send('POST', '/webhooks', { ...this.#itsMerchant(), ...fault });
  }
  /** The next `count` calls of this name go wrong. */
  async fault(call: string, fault: Readonly<Record<string, unknown>>): Promise<void> {
    await this.#send('POST', '/faults', { call, ...fault });
  }
  /** Every token issued so far is expired. */
  async expireTokens(): Promise<void> {
    await this.#send('POST', '/tokens/expire', {});
  }
  async clearFaults(): Promise<void> {
    await this.#send('DELETE', '/faults');
  }
  /** Calls so far. */
  async calls(): Promise<z.infer<typeof calls>> {
    return calls.parse(await this.#send('GET', `/calls${this.#merchant === undefined ? '' : `?merchant=${this.#merchant}`}`));
  }
  /** How many calls of upstream have this text in their path. */
  async callsWith(text: string, method?: string): Promise<number> {
    return (await this.calls()).calls.filter((call) => call.path.includes(text) && (method === undefined || call.call.includes(` ${method} `))).length;
  }

  #itsMerchant(): { merchant?: string } {
    return this.#merchant === undefined ? {} : { merchant: this.#merchant };
  }

  async #send(method: string, path: string, body?: object): Promise<unknown> {
    const response = await fetch(`${this.#url}${path}`, {
      method,
      ...(body !== undefined && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`the simulator answered ${method} ${path} with ${response.status}: ${text}`);
    return JSON.parse(text);
  }
}
