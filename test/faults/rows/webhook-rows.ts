import type { FaultRow } from '../fault-row.ts';

const minute = 60_000;

/** What can happen to webhooks between upstream and us. */
export const webhookRows: readonly FaultRow[] = [
  { name: 'none, for comparison' },
  { name: 'all webhooks dropped', fate: () => () => [] },
  { name: 'every webhook ten times', fate: () => () => Array.from({ length: 10 }, () => ({ afterMs: 0 })) },
  { name: 'webhooks shuffled within 5 s', fate: () => ({ chance }) => [{ afterMs: chance * 5_000 }] },
  { name: 'webhooks delayed up to 10 minutes', bank: { scenario: 'default', jobSeconds: 30 }, fate: () => ({ chance }) => [{ afterMs: chance * 10 * minute }] },
  {
    name: 'wrong and missing signatures mixed in',
    fate: () => ({ chance }) => [{ afterMs: 0, signature: 'wrong' }, { afterMs: chance * 500 }, { afterMs: 0, signature: 'none' }],
    check: ({ network: { answers } }) => {
      const [accepted, refused] = [answers.get(200) ?? 0, answers.get(401) ?? 0];
      return refused === 2 * accepted && accepted > 0 ? [] : [`${accepted} deliveries were accepted and ${refused} refused, instead of two for each`];
    },
  },
];
