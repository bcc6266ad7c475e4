import type { AeropayCode } from './refusals.ts';

/** What is wrong with a phone number that should read `+1` and ten digits; undefined when nothing is. */
export function phoneRefusal(phoneNumber: string): Extract<AeropayCode, 'AP105' | 'AP106' | 'AP119'> | undefined {
  if (/^\+1\d{10}$/.test(phoneNumber)) return undefined;
  if (/^\+(?!1)[\d-]+$/.test(phoneNumber)) return 'AP119';
  return /^(\+1)?\d{7}$/.test(phoneNumber) ? 'AP105' : 'AP106';
}
