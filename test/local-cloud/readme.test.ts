import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { implementedTypes } from '../../local/assembly/implemented-types.ts';
import { inertTypes } from '../../local/assembly/inert-types.ts';
import { resourceNames } from '../../local/assembly/resource-names.ts';

const readme = readFileSync(path.join(import.meta.dirname, '../../local/README.md'), 'utf8');
const [imitated = '', inert = ''] = [/## Imitated\n(.*?)\n## /s, /## Inert[^\n]*\n(.*?)\n## /s].map((section) => section.exec(readme)?.[1]);

/** Types in a section; a list such as `AWS::IAM::Role`, `Policy` goes on in the service of the last full name. */
function typesIn(section: string): string[] {
  let service = '';
  return [...section.matchAll(/`(AWS::\w+::)?([A-Z]\w+)`/g)].map(([, prefix, name]) => {
    service = prefix ?? service;
    return `${service}${name ?? ''}`;
  });
}

describe('the README of the local cloud', () => {
  it('names the types that are implemented', () => {
    const row = imitated.split('\n').find((line) => line.startsWith('| CloudFormation')) ?? '';
    expect(typesIn(row).sort()).toEqual([...implementedTypes].sort());
  });

  it('names the types that are inert', () => {
    expect(typesIn(inert.split('Reasons')[0] ?? '').sort()).toEqual(Object.keys(inertTypes).sort());
  });
});

describe('every known type', () => {
  it('has a name that others can refer to', () => {
    expect(Object.keys(resourceNames).sort()).toEqual([...implementedTypes, ...Object.keys(inertTypes)].sort());
  });
});
