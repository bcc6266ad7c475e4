/** An error that the widget tells the page about. */
export interface WidgetError {
  /** What the page's onError gets: `ERROR_TYPE | Code: CODE | Message: MESSAGE`. */
  readonly text: string;
  /** The AC or AR code, for the deep link. */
  readonly code: string;
  /** What the person reads. */
  readonly message: string;
}

export function widgetError(type: string, code: string, message: string): WidgetError {
  return { text: `${type} | Code: ${code} | Message: ${message}`, code, message };
}

export const errors = {
  token: widgetError('INVALID_TOKEN', 'AC-001', 'Invalid API key and secret.'),
  otherPerson: widgetError('INVALID_REQUEST', 'AC-100', 'aeroPassUserUuid is not the one this token was made for.'),
  mfaIds: widgetError('INVALID_REQUEST', 'AC-100', 'handleMFA needs a jobId and a connectionId.'),
  nothingAsked: widgetError('INVALID_REQUEST', 'AC-100', 'This job asks nothing.'),
  notFound: widgetError('USER_NOT_FOUND', 'AC-102', 'User not found.'),
  timeout: widgetError('POLLING_TIMEOUT', 'AR-100', 'No response from the user in time.'),
  server: widgetError('SERVER_ERROR', 'AR-500', 'Something went wrong. Please try again later.'),
  credentials: widgetError('INCORRECT_CREDENTIALS', 'AC-117', 'The credentials are incorrect. Please try again.'),
  accountNumbers: widgetError('INCORRECT_CREDENTIALS', 'AC-117', 'Please check the account and routing numbers.'),
  answer: widgetError('INCORRECT_CREDENTIALS', 'AC-117', 'The answer is incorrect. Please try again.'),
  selection: widgetError('INVALID_REQUEST', 'AC-100', 'Please select an account.'),
  noAccounts: widgetError('NO_ACCOUNTS', 'AC-204', 'No account information is available. Please choose another bank.'),
  bankFailed: widgetError('BANK_ERROR', 'AC-103', 'The bank failed to send the account number, routing number or balance.'),
  degenerate: { text: 'Code: AC-500', code: 'AC-500', message: 'Something went wrong.' },
  otpExpired: widgetError('OTP_EXPIRED', 'AR-100', 'The code has expired. Please ask for a new one.'),
  otpInvalid: widgetError('OTP_INVALID', 'AC-117', 'The code is invalid. Please try again.'),
  otpTooMany: widgetError('OTP_TOO_MANY_ATTEMPTS', 'AC-117', 'Too many attempts. Please try again later.'),
  otpNobody: widgetError('USER_NOT_FOUND', 'AC-102', 'Account not found.'),
} as const satisfies Record<string, WidgetError>;
