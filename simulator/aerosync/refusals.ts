import { Refusal } from '../upstream-call.ts';

/** HTTP status and text of each Aerosync code the simulator sends. */
export const aerosyncErrors = {
  'AC-001': [403, 'Invalid API key and secret.'],
  'AC-100': [400, 'Required attribute is missing or has a wrong format.'],
  'AC-101': [401, 'Invalid key and secret.'],
  'AC-102': [404, 'User not found.'],
  'AC-103': [400, 'The bank failed to send the account number, routing number or balance.'],
  'AC-104': [400, 'There are issues connecting to the bank. Please reconnect your bank account.'],
  'AC-105': [405, 'Balance is not available for manually linked users.'],
  'AC-112': [400, 'Another job is already running.'],
  'AC-204': [400, 'No account information is available. Please choose another bank.'],
} as const satisfies Record<string, readonly [number, string]>;

export type AerosyncCode = keyof typeof aerosyncErrors;

export const aerosyncCodes = Object.keys(aerosyncErrors).filter((code): code is AerosyncCode => code in aerosyncErrors);

/** Aerosync's envelope: `{"error":{"code","message"}}`. */
export function aerosyncRefusal(code: AerosyncCode, message?: string): Refusal {
  const [status, text] = aerosyncErrors[code];
  return new Refusal(status, { error: { code, message: message ?? text } });
}
