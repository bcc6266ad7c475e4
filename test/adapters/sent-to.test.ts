import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sentTo } from '../../lambdas/adapters/aeropay/sent-to.ts';

describe('where a code was sent', () => {
  it.each([
    ['… by entering the pin sent to your email ja****oe@gmail.com', 'email', 'ja****oe@gmail.com'],
    ['A pin was sent to your email: ja****oe@gmail.com.', 'email', 'ja****oe@gmail.com'],
    ['Sent to <j••e@x.example>, check it', 'email', 'j••e@x.example'],
    ['A pin was sent to janedoe@gmail.com', 'email', 'j•••@gmail.com'],
    ['A pin was sent to jane*doe@gmail.com', 'email', 'j•••@gmail.com'],
    ['We texted ***-***-4567', 'sms', '***-***-4567'],
    ['We texted (***) ***-4567 just now', 'sms', '(***) ***-4567'],
    ['a text to XXX-XXX-4567.', 'sms', 'XXX-XXX-4567'],
    ['a text to +1******4567', 'sms', '••••••4567'],
    ['a text to +13125550142', 'sms', '••••••0142'],
    ['a text to (312) 555-0142', 'sms', '••••••0142'],
    ['the phone ending in 4567', 'sms', '••••••4567'],
    ['sent to your email on file', 'email', null],
    ['sent to your mobile', 'sms', null],
    ['we sent you an SMS', 'sms', null],
  ])('is read from %j', (sentence, channel, destination) => {
    expect(sentTo(sentence)).toEqual({ channel, destination });
  });

  it.each(['', 'verify', "You've previously used AeroPay to pay another business.", 'it expires in 15 minutes'])('is not told by %j', (sentence) => {
    expect(sentTo(sentence)).toBeUndefined();
  });

  it('never shows more of an address than a mask lets through', () => {
    const digits = fc.stringMatching(/^[2-9]\d{9}$/);
    const names = fc.stringMatching(/^[a-z]{3,12}$/);
    fc.assert(fc.property(digits, names, (phone, name) => {
      expect(sentTo(`code sent to ${name}@shop.example`)?.destination).toBe(`${name.slice(0, 1)}•••@shop.example`);
      expect(sentTo(`code sent to +1${phone}`)?.destination).toBe(`••••••${phone.slice(-4)}`);
    }));
  });

  it('is looked for in a sentence, not in a book: a long text is no work', () => {
    expect(sentTo(`${'a'.repeat(2_000_000)}@`)).toBeUndefined();
    expect(sentTo(`${' '.repeat(2_000_000)}code sent to jane@shop.example`)).toBeUndefined();
  });
});
