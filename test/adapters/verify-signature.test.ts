import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isSigned } from '../../lambdas/adapters/aerosync/verify-signature.ts';

const body = '{"event":"job.balance","data":{"name":"Zoë"}}';
const current = 'current-secret-0123456789';
const previous = 'previous-secret-0123456789';
const hex = (secret: string, bytes: string | Uint8Array = body) => createHmac('sha256', secret).update(bytes).digest('hex');
const signed = `sha256=${hex(current)}`;

describe('a signature', () => {
  it('is accepted over the exact bytes, as text or as bytes, in either case', () => {
    expect(isSigned(body, signed, [current])).toBe(true);
    expect(isSigned(Buffer.from(body), signed, [current])).toBe(true);
    expect(isSigned(body, `sha256=${hex(current).toUpperCase()}`, [current])).toBe(true);
  });

  it('is accepted under either of two secrets, while one is rotated out', () => {
    expect(isSigned(body, `sha256=${hex(previous)}`, [current, previous])).toBe(true);
    expect(isSigned(body, signed, [current, previous])).toBe(true);
    expect(isSigned(body, `sha256=${hex(previous)}`, [current])).toBe(false);
  });

  it('covers bytes that are no UTF-8', () => {
    const bytes = Uint8Array.from([0xff, 0xfe, 0x7b]);
    expect(isSigned(bytes, `sha256=${hex(current, bytes)}`, [current])).toBe(true);
  });

  it.each([
    ['no header', undefined], ['an empty header', ''], ['no prefix', hex(current)], ['another algorithm', `sha1=${hex(current)}`], ['a second value', `${signed}, ${signed}`],
    ['a shorter digest', signed.slice(0, -1)], ['a longer digest', `${signed}0`], ['base64', `sha256=${Buffer.from(hex(current), 'hex').toString('base64')}`],
    ['a space', ` ${signed}`], ['the prefix in capitals', signed.replace('sha256', 'SHA256')], ['a line break', `${signed}\n`], ['only the prefix', 'sha256='], ['another secret', `sha256=${hex('other-secret-0123456789')}`],
  ])('is refused: %s', (_what, header) => {
    expect(isSigned(body, header, [current, previous])).toBe(false);
  });

  it('is refused without a secret, and under an empty one', () => {
    expect(isSigned(body, signed, [])).toBe(false);
    expect(isSigned(body, `sha256=${hex('')}`, [''])).toBe(false);
  });

  it('is refused once the body is written differently', () => {
    expect(isSigned(JSON.stringify(JSON.parse(body), null, 1), signed, [current])).toBe(false);
    expect(isSigned(`${body} `, signed, [current])).toBe(false);
  });

  it('is refused for every other body and every other digest', () => {
    fc.assert(fc.property(fc.uint8Array({ minLength: 1, maxLength: 64 }), fc.nat(), fc.integer({ min: 1, max: 255 }), (bytes, at, flip) => {
      const header = `sha256=${hex(current, bytes)}`;
      const mutated = Uint8Array.from(bytes);
      mutated[at % bytes.length] = (mutated[at % bytes.length] ?? 0) ^ flip;
      const place = 7 + (at % 64);
      const other = `${header.slice(0, place)}${((Number.parseInt(header.charAt(place), 16) + 1 + (flip % 15)) % 16).toString(16)}${header.slice(place + 1)}`;
      expect(isSigned(bytes, header, [current])).toBe(true);
      expect(isSigned(mutated, header, [current])).toBe(false);
      expect(isSigned(bytes, other, [current])).toBe(false);
    }), { numRuns: 2000 });
  });
});
