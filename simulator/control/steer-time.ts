import * as z from 'zod';
import type { Json } from '../json-text.ts';
import type { Simulation } from '../simulation.ts';
import { tokenLifetimes } from '../tokens.ts';
import { readBody, type ControlRoute } from './control-route.ts';

const advanceRequest = z.strictObject({ advanceSeconds: z.number().min(0).max(10 * 365 * 86_400) });
const empty = z.strictObject({});

/** GET /sim/clock: the simulator's time. */
export function readClock({ clock }: Simulation): ControlRoute {
  return { method: 'GET', path: '/sim/clock', run: () => showNow(clock.now()) };
}

/** POST /sim/clock: moves the time ahead; jobs, tokens, codes, consents and webhook attempts that fall due happen in order. */
export function advanceClock({ clock, agenda }: Simulation): ControlRoute {
  return {
    method: 'POST',
    path: '/sim/clock',
    run({ body }) {
      clock.advance(readBody(advanceRequest, body).advanceSeconds * 1000);
      agenda.runDue();
      return showNow(clock.now());
    },
  };
}

/** POST /sim/tokens/expire: every token issued so far is expired, of both products and for the widget. */
export function expireTokens({ tokens }: Simulation): ControlRoute {
  return {
    method: 'POST',
    path: '/sim/tokens/expire',
    run({ body }) {
      readBody(empty, body);
      return { expired: tokens.expireAll() };
    },
  };
}

/** GET /sim/tokens/lifetimes: seconds, by the kind of token. */
export function readTokenLifetimes({ tokens }: Simulation): ControlRoute {
  return { method: 'GET', path: '/sim/tokens/lifetimes', run: () => ({ ...tokens.lifetimes() }) };
}

/** POST /sim/tokens/lifetimes: seconds for the kinds that are named, for the tokens issued from now on. */
export function setTokenLifetimes({ tokens }: Simulation): ControlRoute {
  return {
    method: 'POST',
    path: '/sim/tokens/lifetimes',
    run({ body }) {
      tokens.setLifetimes(readBody(tokenLifetimes, body));
      return { ...tokens.lifetimes() };
    },
  };
}

function showNow(now: number): Json {
  return { now: new Date(now).toISOString() };
}
