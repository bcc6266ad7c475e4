import * as z from 'zod';

/** `standard` `{error:{code,message}}`, `older` `{success:false,code,error}`, `bare` `{code,message}`. */
const envelopes = ['standard', 'older', 'bare'] as const;

const common = {
  /** A call's name, e.g. `aerosync POST /v2/accounts/:connectionId/refresh`. */
  call: z.string(),
  /** How many calls it strikes. */
  count: z.int().min(1).max(1_000_000).default(1),
  /** `before`: upstream does nothing. `after`: the call takes effect, and then its reply goes wrong. */
  when: z.enum(['before', 'after']).default('before'),
};
const status = z.int().min(200).max(599);
/** Seconds, or a date as HTTP writes it. */
const retryAfter = z.union([z.int().min(0), z.string().min(1)]).optional();

/** One HTTP fault, as `POST /sim/faults` sets it. */
export const httpFault = z.discriminatedUnion('fault', [
  /** Any HTTP status; with an AP or AC code in one of upstream's envelopes when `code` is given, 200 included. */
  z.strictObject({ ...common, fault: z.literal('status'), status, code: z.string().min(1).optional(), envelope: z.enum(envelopes).optional(), retryAfter }),
  /** The call takes effect, and members of its reply are gone, new or another; a path is written `account.currency`, an item of a list `accounts.0`. */
  z.strictObject({ ...common, fault: z.literal('change'), remove: z.array(z.string().min(1)).default([]), set: z.record(z.string().min(1), z.json()).default({}) }),
  /** A gateway's error page instead of JSON. */
  z.strictObject({ ...common, fault: z.literal('html'), status: status.default(502), retryAfter }),
  z.strictObject({ ...common, fault: z.literal('empty'), status: status.default(200) }),
  /** Announces a whole JSON body, sends half of it and cuts the connection. */
  z.strictObject({ ...common, fault: z.literal('half') }),
  /** Resets the connection without a reply. */
  z.strictObject({ ...common, fault: z.literal('reset') }),
  /** Never replies and keeps the connection open. */
  z.strictObject({ ...common, fault: z.literal('hang') }),
  /** Replies late. `before`: carried out after the wait; `after`: before it. */
  z.strictObject({ ...common, fault: z.literal('delay'), delaySeconds: z.number().min(0).max(3600) }),
]);

export type HttpFault = z.infer<typeof httpFault>;
