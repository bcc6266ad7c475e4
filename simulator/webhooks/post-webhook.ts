import type { Agenda } from '../agenda.ts';
import type { Clock } from '../clock.ts';

/** Upstream waits so long for an answer. */
const answerWithinMs = 30_000;

/** Sends one event as Aerosync does; the HTTP status of the answer, or undefined when none came within 30 s. */
export async function postWebhook(sending: {
  url: string;
  body: string;
  signature: string | undefined;
  agenda: Agenda;
  clock: Clock;
  closing: AbortSignal;
}): Promise<number | undefined> {
  const tooLate = new AbortController();
  const stopWaiting = sending.agenda.at(sending.clock.now() + answerWithinMs, () => tooLate.abort());
  try {
    const response = await fetch(sending.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'user-agent': 'Aerosync-Webhooks/1.0',
        ...(sending.signature !== undefined && { 'x-webhook-signature': sending.signature }),
      },
      body: sending.body,
      redirect: 'manual',
      signal: AbortSignal.any([tooLate.signal, sending.closing]),
    });
    await response.body?.cancel();
    return response.status;
  } catch {
    return undefined;
  } finally {
    stopWaiting();
  }
}
