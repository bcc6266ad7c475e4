import { errors, type WidgetError } from './widget-error.ts';

/** A bank user for whom linking goes wrong, at every bank and with any password. */
export interface BankUser {
  readonly user: string;
  readonly told: string;
  readonly error: WidgetError;
}

export const brokenBankUsers: readonly BankUser[] = [
  { user: 'server_error', error: errors.server, told: 'Error page, AR-500.' },
  { user: 'polling_timeout', error: errors.timeout, told: 'Error page, AR-100.' },
  { user: 'no_accounts', error: errors.noAccounts, told: 'Error page, AC-204.' },
  { user: 'bank_failed', error: errors.bankFailed, told: 'Error page, AC-103.' },
  { user: 'degenerate_error', error: errors.degenerate, told: 'Error page; the error\'s text is only `Code: AC-500`.' },
];

/** When a connection is renewed, this user chooses an account that was not linked before: a new connection id. */
export const otherAccountUser = 'other_account';

/** A code of the widget's own for people who have linked a bank before, with the merchant's designated configuration. */
export interface WidgetOtp {
  readonly code: string;
  readonly told: string;
  /** Undefined: the code passes. */
  readonly error: WidgetError | undefined;
  /** The person may type another one. */
  readonly again: boolean;
}

export const widgetOtps: readonly WidgetOtp[] = [
  { code: '0000', error: undefined, again: false, told: 'Passes.' },
  { code: '0001', error: errors.otpExpired, again: true, told: 'Expired; asked for again.' },
  { code: '0002', error: errors.otpTooMany, again: false, told: 'Too many attempts: error page.' },
  { code: '0003', error: errors.otpNobody, again: false, told: 'Account not found: error page.' },
  { code: '0004', error: errors.server, again: false, told: 'Server error: error page, AR-500.' },
];

export const anyOtherOtp: WidgetOtp = { code: 'any other', error: errors.otpInvalid, again: true, told: 'Invalid; asked for again.' };
