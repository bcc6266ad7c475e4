import type { ApiClient, NewPerson } from '../support/api-client.ts';
import type { Job } from '../support/api-shapes.ts';

type JobType = Job['type'];

/** What the person does, and what the widget hands over. */
export interface AtTheBank {
  readonly oneTimeCode: string;
  /** The person links a bank whose jobs each ask one question: the widget's onSuccess payload. */
  readonly link: (aeroPassUserUuid: string | null) => Promise<unknown>;
  readonly answer: (upstreamJobId: string | null) => Promise<void>;
}

/** Steps 1 to 12 of docs-integration-flow.txt through the API alone, for a person whom the network knows. */
export async function walkThrough(api: ApiClient, person: NewPerson, bank: AtTheBank, types: readonly JobType[] = ['balance', 'transactions', 'identity']) {
  const created = await api.createUser(person); // steps 1 and 2
  const userId = created.body.id;
  const beforeCode = await api.refused('VerificationRequired', 'POST', `/v1/users/${userId}/widget-tokens`, { body: { purpose: 'link' } });
  const wrongCode = await api.refused('VerificationFailed', 'POST', `/v1/users/${userId}/verification`, { body: { code: '999999' } });
  const verified = await api.verifyUser(userId, bank.oneTimeCode);
  if (verified.body.status !== 'active') throw new Error(`the person is ${verified.body.status} after the code`);
  const linkToken = await api.widgetToken(userId, { purpose: 'link' }); // steps 3 to 5
  const saved = await api.saveConnections(userId, await bank.link(verified.body.aeroPassUserUuid)); // steps 6 and 7
  const [connection] = saved.body.items;
  if (connection === undefined) throw new Error('no connection was saved');
  const account = await api.accountDetails(connection.id); // step 8

  const ended: Job[] = [];
  const paused: Job[] = [];
  const mfaTokens = [];
  for (const type of types) {
    const started = await api.startJob(connection.id, { type, reference: `flow ${type}` }); // step 9
    const waiting = await api.follow(started.body.id); // step 10
    if (waiting.status !== 'awaiting_mfa') throw new Error(`the ${type} job should wait for the person, but is ${waiting.status}, ${JSON.stringify(waiting.error)}`);
    paused.push(waiting);
    mfaTokens.push((await api.widgetToken(userId, { purpose: 'mfa', jobId: waiting.id })).body); // step 11
    await bank.answer(waiting.upstreamJobId);
    await resume(api, waiting.id);
    ended.push(await api.follow(waiting.id));
  }
  const resultOf = (type: JobType) => ended.find((job) => job.type === type)?.resultUrl ?? '/no-such-job';
  return {
    created, beforeCode, wrongCode, verified, linkToken: linkToken.body, saved, connection, account, paused, mfaTokens, ended,
    /** Step 12. */
    readBalance: async () => (await api.balance(resultOf('balance'))).body,
    readTransactions: async () => (await api.transactions(resultOf('transactions'))).body,
    readIdentity: async () => (await api.identity(resultOf('identity'))).body,
  };
}

/** The person is done. Upstream's webhook may have said so first: then the job waits no longer, and says so. */
async function resume(api: ApiClient, jobId: string): Promise<void> {
  const { status, problem, text } = await api.send('POST', `/v1/jobs/${jobId}/resume`);
  if (status !== 202 && problem?.code !== 'Conflict') throw new Error(`resume answered ${status} ${text}`);
}
