export const sides = ['A', 'B', 'C', 'D'] as const;

export type Side = (typeof sides)[number];

/** Two or more pages of upstream's that cannot all be true. */
export interface Contradiction {
  readonly topic: string;
  /** What a caller meets on each side. */
  readonly sides: Readonly<Partial<Record<Side, string>>>;
  /** The side that holds when nobody chose one; null where the simulator then follows each product's own page or the scenario. */
  readonly usual: Side | null;
}

/** The contradictions that can be chosen, by their number in §10 of the reference. */
export const contradictionTable = {
  1: { topic: 'keys of POST /v2/token', usual: 'B', sides: { A: '`api_key`, `api_secret`', B: '`apiKey`, `apiSecret`' } },
  2: { topic: 'e-mail field of POST /v2/user', usual: 'B', sides: { A: '`emailAddress`', B: '`email`' } },
  3: {
    topic: 'reply of POST /v2/user',
    usual: 'B',
    sides: {
      A: '`{success, user: {aeroPassUserUuid, userId, firstName, lastName}}`, `userId` a number in a text that other calls take too; `mfaType` only when a code went out',
      B: '`{user: {id, …}, mfaType}`, `id` a UUID',
    },
  },
  4: { topic: 'the aeroPassUserUuid in v2', usual: 'B', sides: { A: 'every `user` has a field `aeroPassUserUuid`', B: '`user.id` is it, and no field has that name' } },
  5: {
    topic: 'wrong Aeropay key or secret',
    usual: 'A',
    sides: { A: '400 AP002', B: '401 AP002', C: '200 AP002', D: '401 AC-101, as certification case TC-02 says' },
  },
  6: { topic: '`merchantId` of POST /v2/confirmUser', usual: 'B', sides: { A: 'not looked at', B: 'required' } },
  7: { topic: 'phone in the reply of POST /v2/confirmUser', usual: 'B', sides: { A: '`phone`', B: '`phoneNumber`' } },
  8: { topic: 'where a v2 code goes', usual: 'B', sides: { A: 'always by e-mail', B: 'as the scenario says, by SMS when it says nothing' } },
  9: { topic: 'does a new v2 person get a code', usual: 'A', sides: { A: 'no: `mfaType` null, connected at once', B: 'yes: like a person the network knows' } },
  10: {
    topic: 'words of `jobStatus`',
    usual: null,
    sides: { A: '`MFA_REQUIRED`, `COMPLETED`', B: '`Pending MFA`, `completed`', C: 'the words of webhooks: `pending_mfa`, `completed`' },
  },
  11: { topic: 'prefix of a transaction job', usual: 'B', sides: { A: '`TXN-`', B: '`TRN-`' } },
  12: { topic: 'path of the job status', usual: 'B', sides: { A: '`/v2/job/{jobId}` only', B: '`/v2/accounts/{connectionId}/job/{jobId}`; the old path still answers' } },
  13: {
    topic: 'status key of a new job',
    usual: 'B',
    sides: { A: '`identityStatus` everywhere', B: '`transactionStatus` for transactions, else `identityStatus`', C: '`status`, in place of `success`' },
  },
  14: {
    topic: 'dates of transactions',
    usual: 'B',
    sides: {
      A: '`start_date` and `end_date` on the GET; a job takes no dates and reads all the bank has',
      B: '`startDate` and `endDate` in the body of the POST, `job_id` on the GET; the two dates still answer there',
    },
  },
  15: {
    topic: 'names of job events',
    usual: 'B',
    sides: { A: '`job.<status>`, without a status in `data`', B: '`job.balance`, `job.transaction`, `job.identity`, the status in `data`' },
  },
  17: { topic: '`merchant_id` in the body of webhook management', usual: 'B', sides: { A: 'may be absent', B: 'required' } },
  18: {
    topic: 'words of `connectionStatus`',
    usual: null,
    sides: {
      A: '`CONNECTED`, else `failure`',
      B: '`ACTIVE`, `EXPIRED_CONSENT`, `REVOKED_BY_USER`',
      C: '`ACTIVE`, `FAILURE`, `REVOKED_BY_USER`',
    },
  },
  24: { topic: 'credentials of the widget\'s test banks', usual: 'B', sides: { A: 'any two texts at every bank', B: 'as the newest page of each bank says' } },
  25: { topic: 'how often the same account may be linked to Aeropay', usual: 'A', sides: { A: '3 times', B: '5 times' } },
  26: { topic: 'type of `TTL`', usual: null, sides: { A: 'a number from both products', B: 'a text from both products' } },
  27: { topic: 'type of the Aeropay merchant id in requests', usual: null, sides: { A: 'a text, a number is AP701', B: 'a number, a text is AP701' } },
  28: { topic: 'case of `accountType`', usual: null, sides: { A: '`CHECKING`', B: '`checking`' } },
  29: { topic: 'form of a connection id', usual: null, sides: { A: '32 hex digits from both products', B: 'a dashed UUID from both products' } },
} as const satisfies Record<number, Contradiction>;

export type ContradictionNumber = keyof typeof contradictionTable;

/** The table as a list, in the order of the numbers. */
export function contradictionList(): (Contradiction & { readonly number: number })[] {
  return Object.entries(contradictionTable).map(([number, contradiction]) => ({ number: Number(number), ...contradiction }));
}

/** The contradictions as a Markdown table, as it stands in the README. */
export function contradictionMarkdown(): string {
  const rows = contradictionList().map(({ number, topic, sides: known, usual }) => {
    const told = Object.entries(known).map(([side, says]) => `**${side}** ${says}`);
    return `| ${number} | ${topic} | ${told.join(' · ')} | ${usual ?? 'neither'} |`;
  });
  return ['| number | topic | sides | usual |', '|---|---|---|---|', ...rows].join('\n');
}
