import type { TimelineShape } from '../../contract/shapes.ts';
import { errorCatalogue } from '../../domain/error-catalogue.ts';
import type { ErrorCode } from '../../domain/errors.ts';
import type { Job, TimelineEvent } from '../../domain/job.ts';

/** What each event means to somebody who helps a customer and has never seen the state machine. */
const texts: Readonly<Record<TimelineEvent, string>> = {
  accepted: 'The request was accepted and stored.',
  create_sent: 'The data is being requested from the bank data service.',
  create_refused: 'The request could not be placed with the bank data service; it will be tried again in a few seconds.',
  create_unclear: 'There was no clear answer to the request. The bank data service may have taken it, so it is not asked twice: we wait half a minute for word of it.',
  created: 'The bank data service took the request and is talking to the bank.',
  adopted: 'The bank data service was already fetching the same data; this request goes on with that.',
  waiting_for_turn: 'Another request for this bank account is still being served; this one waits for its turn.',
  signal_mfa: 'The bank data service told us that the bank asks the person a question.',
  signal_completed: 'The bank data service told us that the data is ready.',
  signal_failed: 'The bank data service told us that it could not fetch the data.',
  polled: 'We checked how far the bank data service is.',
  awaiting_mfa: 'Waiting for the person to answer the bank in the widget.',
  resumed: 'The app said that the person is done in the widget.',
  retrying: 'The first try failed; the data is being requested once more.',
  fetching: 'The data is ready and is being collected.',
  completed: 'Done: the data can be read.',
  failed: 'The request failed.',
  expired: 'The request took too long and was given up.',
  canceled: 'The request was canceled.',
};

/** Where the catalogue speaks to developers. */
const reasons: Readonly<Partial<Record<ErrorCode, string>>> = {
  UpstreamUnavailable: 'the bank data service did not answer',
  UpstreamThrottled: 'the bank data service asked to slow down',
  UpstreamRejected: 'the bank data service refused the request, or answered something that could not be read',
  CredentialsRejected: "the bank data service did not accept the merchant's credentials",
  MfaExpired: 'the person did not answer the bank in time',
  PollBudgetSpent: 'the bank data service was asked as often as it allows, and had not finished',
};

/** A job's story, oldest first. The line of a bad end says why, and what the person can be told. A write that Step Functions repeated, for want of its reply, is told once. */
export function shapeTimeline(job: Job): TimelineShape['items'] {
  const told = job.timeline.filter(({ at, event }, index) => at !== job.timeline[index - 1]?.at || event !== job.timeline[index - 1]?.event);
  return told.map(({ at, event }) => ({ at, event, text: `${texts[event]}${reason(job, event)}` }));
}

function reason({ failure }: Job, event: TimelineEvent): string {
  if ((event !== 'failed' && event !== 'expired') || failure === null) return '';
  const { title, userMessage } = errorCatalogue[failure.code];
  return ` Why: ${reasons[failure.code] ?? `${title.charAt(0).toLowerCase()}${title.slice(1)}`}${failure.upstreamCode === null ? '' : ` (${failure.upstreamCode})`}. For the person: ${userMessage}`;
}
