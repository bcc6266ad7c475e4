import { aeropayCodes } from '../../lambdas/adapters/aeropay/aeropay-codes.ts';
import { aerosyncCodes, undocumentedAerosyncCodes } from '../../lambdas/adapters/aerosync/aerosync-codes.ts';
import type { UpstreamCode } from '../../lambdas/adapters/upstream-http/upstream-code.ts';
import { errorCatalogue } from '../../lambdas/domain/error-catalogue.ts';
import { errorCodes } from '../../lambdas/domain/errors.ts';

const undocumented: UpstreamCode = {
  upstreamCodes: undocumentedAerosyncCodes,
  code: 'UpstreamRejected',
  meaning: 'numbers of the glossary whose meaning nobody here has read',
  operatorHint: 'Treated like any unknown code: a refusal is `UpstreamRejected`, a failed job `UserActionRequired`. Ask Aerosync.',
};

/** The whole of docs/errors.md, written from the catalogue and the adapters' codes. */
export function errorsDocument(): string {
  return `# Errors

Written from \`lambdas/domain/error-catalogue.ts\` and the adapters' codes; a test holds it to them. To write it anew:
\`npx vitest run test/adapters/errors-document.test.ts -u\`.

## Our codes

What a problem reply (\`application/problem+json\`) carries in \`code\`, and a job in \`error.code\`. The same string names the error in the state machine.
The gateway itself answers with \`{"message"}\` and no code: 401 without a key, **403 for a key that is unknown, expired or revoked**, 413, 429, 500 and 503.

${table(
  ['code', 'HTTP', 'retryable', 'next action', 'message for the person', 'hint for the operator'],
  errorCodes.map((code) => {
    const { status, retryable, nextAction, userMessage, operatorHint } = errorCatalogue[code];
    return [`\`${code}\``, String(status), retryable ? 'yes' : 'no', `\`${nextAction}\``, userMessage, operatorHint];
  }),
)}

## How a failure of upstream finds its code

1. An error envelope in the body counts before the HTTP status, in any of upstream's five forms.
2. Its code is looked up in the tables below.
3. A code that no table knows, or none, goes by the HTTP status: 429 is \`UpstreamThrottled\`; 408 and 5xx are \`UpstreamUnavailable\`; everything
   else is \`UpstreamRejected\`. \`upstreamCode\` stays in the reply.
4. No answer at all, a reset, a time-out, or a reply that is no whole JSON is \`UpstreamUnavailable\`. A redirect, a reply over 20 MiB, and JSON of
   another shape are \`UpstreamRejected\`; the detail names the path, never the value.
5. A refused token is replaced once and the call repeated; refused credentials are read again once, in case they were rotated. What is refused
   after that is \`CredentialsRejected\`; a token in a person's name that is refused by AP002 while the merchant's own is granted, \`VerificationRequired\`.
6. What only reads is repeated twice when it was \`UpstreamUnavailable\` or \`UpstreamThrottled\`, before it is told. The state of a job is not: the
   job looks again by itself.
7. A job that upstream ends as failed twice carries our code for its AC code; without a known one it is \`UserActionRequired\`.

## How an error of the widget finds its code

\`POST /v1/errors/explain\` takes what the widget gave to \`onError\`: \`TYPE | Code: CODE | Message: MESSAGE\`, a part of it, or an object that holds such
texts. The first code of the families AC, AR and AP in it is looked up in both tables. Without a code the type counts: \`INCORRECT_CREDENTIALS\` is
\`InvalidRequest\`, \`POLLING_TIMEOUT\` is \`MfaExpired\`, \`SERVER_ERROR\` is \`UpstreamUnavailable\`. Everything else, a code never seen included, is
\`UpstreamRejected\`. Nothing of the error is repeated but the code.

## Aerosync and its widget

${codesTable([...aerosyncCodes, undocumented])}

## Aeropay

${codesTable(aeropayCodes)}
`;
}

function codesTable(codes: readonly UpstreamCode[]): string {
  return table(
    ['upstream', 'means', 'our code', 'next action', 'message for the person', 'hint for the operator'],
    codes.map((entry) => {
      const ours = errorCatalogue[entry.code];
      const path = entry.fields === undefined ? '' : ` (${entry.fields.map((field) => `\`${field.path}\``).join(', ')})`;
      return [
        entry.upstreamCodes.join(', '), entry.meaning, `\`${entry.code}\`${path}`, `\`${entry.nextAction ?? ours.nextAction}\``,
        entry.userMessage ?? ours.userMessage, entry.operatorHint,
      ];
    }),
  );
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`).join('\n');
}
