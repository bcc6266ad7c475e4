/**
 * Pins: upstream's vocabulary stays where it is translated. No status spelling, field name or error code of Aeropay's or Aerosync's stands as a
 * name or a text in the product's own code, but in the adapters and in the catalogue of errors.
 * Left out: comments, which may say where a rule comes from; the simulator, tests and documents; names that upstream and our own contract share
 * (api.md, "Shapes"); and words that AWS or English uses as well (statusCode, FAILED, failure).
 */
import { readFileSync } from 'node:fs';
import { glob } from 'node:fs/promises';
import path from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const root = path.join(import.meta.dirname, '../..');

const statuses = [
  'Initiated', 'IN_PROGRESS', 'MFA_REQUIRED', 'Pending MFA', 'pending_mfa', 'CONNECTED', 'FAILURE', 'EXPIRED_CONSENT', 'REVOKED_BY_USER', 'COMPLETED', 'userformerchant', 'userForMerchant',
  'INCORRECT_CREDENTIALS', 'POLLING_TIMEOUT', 'SERVER_ERROR', 'MISSING_PARAMETER', 'INVALID_FORMAT', 'Tokenized', 'Non-tokenized',
];

const fields = [
  // Aeropay: tokens and people
  'api_key', 'api_secret', 'TTL', 'first_name', 'last_name', 'phone_number', 'emailAddress', 'mfaType', 'existingUser', 'displayMessage', 'userStatus', 'createdDate', 'authorizationToken',
  // Aeropay: bank accounts and the widget
  'bankAccountId', 'accountLast4', 'isSelected', 'userBankInfo', 'externalBankAccountId', 'accountHolderInfo', 'aggregator', 'aggregatorCredentials', 'linkAccountFromAggregator', 'fastlinkURL', 'token_widget', 'confirmUser',
  // Aerosync: accounts
  'accountNickname', 'accountNumberDisplay', 'institutionName', 'institutionUuid', 'connectionMethod', 'connectionExpiry',
  // Aerosync: jobs and their data
  'jobStatus', 'mfaTriggered', 'identityStatus', 'transactionStatus', 'availableBalance', 'currentBalance', 'lastRefreshTimeStamp', 'address_fields', 'address1', 'address2', 'start_date', 'end_date', 'job_id',
  // Aerosync: webhooks
  'connection_id', 'merchant_id', 'job_type', 'account_id', 'client_id', 'webhook_id', 'secret_key', 'failure_count',
  // the widget's payloads
  'user_id', 'user_password', 'ClientName', 'FILoginAcctId', 'clientName', 'AC_CODE',
];

const words: ReadonlySet<string> = new Set([...statuses, ...fields]);
const code = /\b(?:A[CR]-\d{3}|AP\d{3,4})\b/;

/** What may say upstream's words, and why. */
const exceptions: readonly { readonly file: RegExp; readonly words: readonly string[] | 'all'; readonly because: string }[] = [
  { file: /^lambdas\/adapters\/(aeropay|aerosync|upstream-http)\//, words: 'all', because: 'this is where they are translated' },
  { file: /^lambdas\/domain\/error-catalogue\.ts$/, words: 'all', because: 'its hints tell operators which code they will see' },
  { file: /^lambdas\/contract\//, words: ['user_id', 'user_password', 'ClientName', 'FILoginAcctId', 'clientName'], because: "the contract takes the widget's payload as it is" },
];

function isAllowed(file: string, word: string): boolean {
  return exceptions.some((exception) => exception.file.test(file) && (exception.words === 'all' || exception.words.includes(word)));
}

/** The names and texts of a file, without its comments, each with its line. */
function namesAndTexts(file: string, text: string): { readonly said: string; readonly line: number }[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest);
  const found: { said: string; line: number }[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node) || ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node) || ts.isRegularExpressionLiteral(node)) {
      found.push({ said: node.text, line: source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1 });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** The words of upstream's that a name or a text says: it is one, or has one as a word of its own. */
function upstreamWordsIn(said: string): string[] {
  const parts = [said, ...said.split(/[^\w-]+/), ...said.split(/\W+/)];
  return [...new Set([...parts.filter((part) => words.has(part)), ...(code.exec(said) ?? [])])];
}

async function violations(file: string): Promise<string[]> {
  const text = readFileSync(path.join(root, file), 'utf8');
  const said = file.endsWith('.ts') ? namesAndTexts(file, text) : [{ said: text, line: 1 }];
  return said.flatMap(({ said: one, line }) => upstreamWordsIn(one).filter((word) => !isAllowed(file, word)).map((word) => `${file}:${line} says ${word}`));
}

describe("upstream's words", () => {
  it('stay in the adapters and the catalogue', async () => {
    const files = await Array.fromAsync(glob('{lambdas,lib,bin,local,scripts,console,clients}/**/*.ts', { cwd: root }));
    const machines = await Array.fromAsync(glob('statemachines/*.json', { cwd: root }));
    expect(files.length).toBeGreaterThan(150);
    expect(machines.length).toBeGreaterThan(0);
    const found = await Promise.all([...files, ...machines].map(violations));
    expect(found.flat()).toEqual([]);
  });

  it.each([
    ["const jobStatus = 'x';", ['jobStatus']],
    ["if (job.status === 'Pending MFA') run();", ['Pending MFA']],
    ['const q = `?start_date=${day}`;', ['start_date']],
    ["throw new Error('refused with AC-104');", ['AC-104']],
    ["const body = { first_name: 'Jane' };", ['first_name']],
    ['// upstream answers AC-112\nconst busy = true;', []],
    ["const aeroPassUserUuid = connectionId ?? upstreamCode ?? upstreamStatus;", []],
  ])('are seen in %j', (text, expected) => {
    expect(namesAndTexts('example.ts', text).flatMap(({ said }) => upstreamWordsIn(said))).toEqual(expected);
  });

  it('are excepted only where something needs it', async () => {
    const used = await Promise.all(exceptions.map(async ({ file, words: excepted }) => {
      const files = (await Array.fromAsync(glob('lambdas/**/*.ts', { cwd: root }))).filter((one) => file.test(one));
      const said = new Set(files.flatMap((one) => namesAndTexts(one, readFileSync(path.join(root, one), 'utf8')).flatMap((entry) => upstreamWordsIn(entry.said))));
      return excepted === 'all' ? said.size > 0 : excepted.every((word) => said.has(word));
    }));
    expect(used).toEqual(exceptions.map(() => true));
  });
});
