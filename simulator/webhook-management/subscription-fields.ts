import * as z from 'zod';
import { aerosyncRefusal } from '../aerosync/refusals.ts';
import { olderJobEvents, webhookEvents } from '../webhooks/subscription.ts';

const url = z.url({ protocol: /^https?$/ });
const events = z.array(z.enum([...webhookEvents, ...olderJobEvents])).min(1);
const secretKey = z.string().min(1);

const needed = { url, events, secret_key: secretKey.optional() };

/** What a subscription is made of; AC-100 names what does not fit. http is taken too, since everything here is on one machine. */
export function readNewSubscription(members: Readonly<Record<string, unknown>>): { url: string; events: string[]; secretKey: string | undefined } {
  const { url: target, events: names, secret_key } = read(z.object(needed), members);
  return { url: target, events: names, secretKey: secret_key };
}

/** The same for a change, where everything may be absent. */
export function readSubscriptionChange(members: Readonly<Record<string, unknown>>): { url?: string; events?: string[]; secretKey?: string } {
  const { url: target, events: names, secret_key } = read(z.object(needed).partial(), members);
  return { ...(target !== undefined && { url: target }), ...(names !== undefined && { events: names }), ...(secret_key !== undefined && { secretKey: secret_key }) };
}

function read<S extends z.ZodType>(schema: S, members: Readonly<Record<string, unknown>>): z.output<S> {
  const parsed = schema.safeParse(members);
  if (parsed.success) return parsed.data;
  throw aerosyncRefusal('AC-100', `Required attribute is missing or has a wrong format: ${parsed.error.issues[0]?.path.join('.') ?? ''}`);
}
