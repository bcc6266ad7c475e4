import { describe, expect, it } from 'vitest';
import { RandomIds } from '../../lambdas/adapters/ids/random-ids.ts';

describe('ids', () => {
  it('carry their kind and all 128 random bits they were given', () => {
    const ids = new RandomIds((bytes) => Buffer.alloc(bytes, 0xab));
    const bits = 'ab'.repeat(16);
    expect([ids.user(), ids.job(), ids.merchant(), ids.apiKeyId()]).toEqual([`usr_${bits}`, `job_${bits}`, `mer_${bits}`, `key_${bits}`]);
  });

  it('make secrets of 256 bits that fit into a header', () => {
    const ids = new RandomIds((bytes) => Buffer.from(Array.from({ length: bytes }, (_, place) => place)));
    expect(Buffer.from(ids.secret(), 'base64url')).toEqual(Buffer.from(Array.from({ length: 32 }, (_, place) => place)));
    expect(new RandomIds().secret()).toMatch(/^[A-Za-z0-9_-]{43}$/);
  });

  it('never repeat', () => {
    const ids = new RandomIds();
    expect(new Set(Array.from({ length: 10_000 }, () => ids.job())).size).toBe(10_000);
  });
});
