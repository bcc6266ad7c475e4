import type { Person } from '../aeropay/person.ts';
import type { Connection } from '../bank/connections.ts';
import type { Job } from '../bank/job.ts';
import type { Json } from '../json-text.ts';
import type { BankScenario } from '../scenarios.ts';
import type { Launch } from './launch.ts';
import type { TestBank } from './test-banks.ts';
import type { WidgetError } from './widget-error.ts';

/** Who is in the widget, and what for. */
export interface Visit {
  readonly merchant: string;
  readonly person: Person;
  readonly launch: Launch;
  /** The connection that is being renewed. */
  readonly renews: Connection | undefined;
}

/** The page a person is on. */
export type Stage =
  | { readonly name: 'otp' }
  | { readonly name: 'select_bank' }
  | { readonly name: 'manual_link' }
  | { readonly name: 'credentials' | 'external_window'; readonly bank: TestBank }
  | { readonly name: 'question'; readonly bank: TestBank; readonly user: string }
  | { readonly name: 'select_account'; readonly bank: TestBank; readonly scenario: BankScenario; readonly accountTypes: readonly string[] }
  | { readonly name: 'job_question'; readonly job: Job }
  | { readonly name: 'error'; readonly error: WidgetError }
  | { readonly name: 'success'; readonly payload: Readonly<Record<string, Json | undefined>> }
  /** Closed by the person, on an error page if `error` says so. */
  | { readonly name: 'closed'; readonly error: WidgetError | undefined };

/** What a person did on a page. */
export interface Deed {
  readonly action: 'choose' | 'submit' | 'close';
  readonly value: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly picks: readonly string[];
}

/** What follows: another page, the same one again with an error, or nothing at all. */
export type Turn = { readonly next: Stage } | { readonly again: WidgetError } | { readonly nothing: true };
