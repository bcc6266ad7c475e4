import { maskedDestination, type VerificationChannel } from '../../domain/user.ts';

export interface SentTo {
  readonly channel: VerificationChannel;
  /** Masked; null where upstream does not say. */
  readonly destination: string | null;
}

/** A sentence; whatever comes after is not looked through. */
const longestSentence = 500;
const emailAddress = /[^\s<>()[\]"',;:]+@[^\s<>()[\]"',;:]*[^\s<>()[\]"',;:.!?]/;
const phoneNumber = /(?<![\p{L}\d])\+?[(*•#\dXx][(*•#\dXx)\s.-]{3,}\d{2}(?!\d)/u;
const phoneEnding = /\bending (?:in|with) (\d{2,4})\b/i;

/**
 * Reads where a code was sent out of the sentence that upstream would have the person read, e.g. "… entering the pin sent to your email
 * ja****oe@gmail.com" (docs-network-user-v1.txt). The address belongs to whoever has the phone number, and the merchant may not know it: what
 * upstream did not mask is masked here. Undefined when the sentence tells nothing.
 */
export function sentTo(displayMessage: string): SentTo | undefined {
  const sentence = displayMessage.slice(0, longestSentence);
  const email = emailAddress.exec(sentence)?.[0];
  if (email !== undefined) return { channel: 'email', destination: maskedEmail(email) };
  const phone = phoneNumber.exec(sentence)?.[0].trim() ?? phoneEnding.exec(sentence)?.[1];
  if (phone !== undefined) return { channel: 'sms', destination: maskedPhone(phone) };
  if (/\be-?mail/i.test(sentence)) return { channel: 'email', destination: null };
  return /\b(phone|mobile|sms|text)/i.test(sentence) ? { channel: 'sms', destination: null } : undefined;
}

function maskedEmail(email: string): string {
  const isMasked = /[*•]{2}/.test(email.slice(0, email.lastIndexOf('@')));
  return isMasked ? email : maskedDestination('email', { email, phoneNumber: '' });
}

function maskedPhone(phone: string): string {
  const digits = phone.replaceAll(/\D/g, '');
  const isMasked = digits.length <= 4 && digits.length < phone.length;
  return isMasked ? phone : maskedDestination('sms', { phoneNumber: digits, email: '' });
}
