import { expect } from 'vitest';

// vitest types its matchers as `any`; as `unknown` they can stand in an expected value and nowhere else.
export const aText: unknown = expect.any(String);
export const aNumber: unknown = expect.any(Number);
export const aList: unknown = expect.any(Array);
export const matching = (pattern: RegExp): unknown => expect.stringMatching(pattern);
export const containing = (text: string): unknown => expect.stringContaining(text);
