import type { Mutant } from './mutant.ts';

const cancels = 'test/statemachine/cancel.test.ts';
const removals = 'test/statemachine/removal.test.ts';
const jobs = 'test/repositories/jobs.test.ts';

/** The rows of jobs: single flight, the intent of a create, signals and resumes. */
export const rowMutants: readonly Mutant[] = [
  {
    name: 'claim: a second start takes the claim of a running job', file: 'lambdas/adapters/dynamodb/job-repository.ts',
    find: "ConditionExpression: 'attribute_not_exists(pk)',\n          ReturnValuesOnConditionCheckFailure", replace: "ConditionExpression: 'attribute_not_exists(elsewhere)',\n          ReturnValuesOnConditionCheckFailure",
    caughtBy: { file: jobs, title: 'gives 200 concurrent starts of one connection and type one job' },
  },
  {
    name: 'claim: other dates join', file: 'lambdas/adapters/dynamodb/job-rows.ts',
    find: "${claimPrefix(of.type)}${of.startDate ?? ''}#${of.endDate ?? ''}", replace: '${claimPrefix(of.type)}#',
    caughtBy: { file: jobs, title: 'never joins jobs of other types or other dates' },
  },
  {
    name: "claim: an end frees another job's", file: 'lambdas/adapters/dynamodb/job-end.ts',
    find: "'attribute_not_exists(pk) OR jobId = :job'", replace: "'attribute_not_exists(pk) OR jobId <> :job'",
    caughtBy: { file: jobs, title: 'leaves the claim to another job that has it by now' },
  },
  {
    name: 'claim: a start ignores the mark of its connection', file: 'lambdas/adapters/dynamodb/job-repository.ts',
    find: "'generation = :generation AND NOT #status", replace: "'generation = :generation OR NOT #status",
    caughtBy: { file: jobs, title: 'refuses a job on a connection that was marked meanwhile, and stores nothing' },
  },
  {
    name: 'removal: a job is told from those of a later linking by its time', file: 'lambdas/usecases/complete-removal.ts',
    find: 'return job.connectionGeneration === removal.generation;', replace: 'return job.createdAt <= removal.at;',
    caughtBy: { file: removals, title: 'cancels a job that was accepted in the moment in which the removal began, also where its clock is ahead' },
  },
  {
    name: 'removal: a look at upstream renews whatever linking is there', file: 'lambdas/adapters/dynamodb/connection-repository.ts',
    find: "'generation = :generation AND (", replace: "'(generation = :generation OR attribute_exists(generation)) AND (",
    caughtBy: { file: removals, title: 'is never undone by who had read the connection before: neither by a look at upstream nor by a start' },
  },
  {
    name: 'result: a job that ended elsewhere leaves what it had stored', file: 'lambdas/usecases/fetch-result.ts',
    find: "if (job?.status !== 'completed') await", replace: "if (job === undefined) await",
    caughtBy: { file: cancels, title: 'whose data is being fetched leaves no result behind, nor makes it the newest' },
  },
  {
    name: 'orphan: what upstream has ended is taken over all the same', file: 'lambdas/usecases/create-upstream-job.ts',
    find: "if (found?.state !== 'processing' && found?.state !== 'mfa_required') {", replace: 'if (found === undefined) {',
    caughtBy: { file: cancels, title: 'is not taken once it has %s: its data would be older than the request' },
  },
  {
    name: 'end: an ended job stays among the open ones', file: 'lambdas/adapters/dynamodb/job-end.ts',
    find: 'REMOVE openKey, openSort', replace: 'REMOVE openSort2',
    caughtBy: { file: jobs, title: 'is no longer among the open ones' },
  },
  {
    name: 'intent: a second entry posts again', file: 'lambdas/adapters/dynamodb/job-progress.ts',
    find: 'OR intent.attempt < :attempt)', replace: 'OR intent.attempt <= :attempt)',
    caughtBy: { file: jobs, title: 'is unclear to a second invocation, and its own to the one that wrote it' },
  },
  {
    name: "intent: another invocation's is taken for one's own", file: 'lambdas/adapters/dynamodb/job-progress.ts',
    find: 'old.intent.holder === holder &&', replace: "old.intent.holder !== '' &&",
    caughtBy: { file: jobs, title: 'is unclear to a second invocation, and its own to the one that wrote it' },
  },
  {
    name: 'intent: a known upstream id is forgotten', file: 'lambdas/adapters/dynamodb/job-progress.ts',
    find: "old.upstreamJobId === null ? 'unclear' : 'known'", replace: "old.upstreamJobId === null ? 'unclear' : 'unclear'",
    caughtBy: { file: jobs, title: 'goes on with an upstream id that is known' },
  },
  {
    name: 'absorption: a job that is over may be fetched', file: 'lambdas/domain/job.ts',
    find: 'canceled: [],', replace: "canceled: ['running'],",
    caughtBy: { file: 'test/domain/job.test.ts', title: 'are entered from those that name them, and four of them are left by nothing' },
  },
  {
    name: 'absorption: a job is completed without its data', file: 'lambdas/domain/job.ts',
    find: "running: ['running', 'awaiting_mfa', 'fetching',", replace: "running: ['running', 'awaiting_mfa', 'fetching', 'completed',",
    caughtBy: { file: 'test/domain/job.test.ts', title: 'lead to an end from everywhere, and to completed only from fetching' },
  },
  {
    name: 'absorption: writes of a create reach a job that is over', file: 'lambdas/adapters/dynamodb/job-update.ts',
    find: "statusIn(['running', 'awaiting_mfa'])", replace: "statusIn(['running', 'awaiting_mfa', 'canceled'])",
    caughtBy: { file: jobs, title: 'absorbs what a create that was under way still writes' },
  },
  {
    name: "rank: a question replaces an end, on the job's row", file: 'lambdas/adapters/dynamodb/job-signals.ts',
    find: 'AND (signalRank < :rank${asksAgain})', replace: 'AND (signalRank <> :rank${asksAgain})',
    caughtBy: { file: jobs, title: 'never lowers the rank of one that came before' },
  },
  {
    name: "rank: the last word replaces the strongest, on the upstream job's row", file: 'lambdas/adapters/dynamodb/job-signals.ts',
    find: "'attribute_not_exists(signalRank) OR signalRank < :rank'", replace: "'attribute_not_exists(signalRank) OR signalRank <> :rank'",
    caughtBy: { file: jobs, title: 'keep the strongest signal, whatever the order' },
  },
  {
    name: 'current upstream id: an older attempt is heard', file: 'lambdas/adapters/dynamodb/job-signals.ts',
    find: 'AND upstreamJobId = :id AND (', replace: 'AND (upstreamJobId = :id OR attribute_exists(upstreamJobId)) AND (',
    caughtBy: { file: jobs, title: 'of an older attempt changes nothing' },
  },
  {
    name: 'unread rule: a stored signal wakes nobody when it comes again', file: 'lambdas/adapters/dynamodb/job-signals.ts',
    find: 'job.signalSeq > job.heardSeq && job.signal?.kind === signal.kind', replace: 'job.signalSeq < job.heardSeq && job.signalRank === rank',
    caughtBy: { file: jobs, title: 'is stored once, and wakes again while it is unread' },
  },
  {
    name: 'repeats: one delivery of a question counts twice', file: 'lambdas/adapters/dynamodb/job-signals.ts',
    find: 'signalRank = :rank AND signalDigest <> :digest AND', replace: 'signalRank = :rank AND (signalDigest <> :digest OR signalDigest = :digest) AND',
    caughtBy: { file: jobs, title: 'asks again when the bank asks another time, and not for the repeat of one delivery' },
  },
  {
    name: 'cap: the bank asks without end', file: 'lambdas/adapters/dynamodb/job-signals.ts',
    find: 'AND signalSeq < :cap)', replace: 'AND (signalSeq < :cap OR signalSeq >= :cap))',
    caughtBy: { file: jobs, title: 'stops being recorded when the bank asks without end' },
  },
  {
    name: 'adoption: of two creates that may have started it, one takes it', file: 'lambdas/adapters/dynamodb/job-adoption.ts',
    find: '|| others.length > 0)', replace: '|| others.length > 9)',
    caughtBy: { file: jobs, title: 'adopts nothing that either of two unclear creates may have started' },
  },
  {
    name: 'adoption: a lost create of other dates is forgotten', file: 'lambdas/adapters/dynamodb/job-adoption.ts',
    find: '(one.startDate !== startDate || one.endDate !== endDate)', replace: "one.startDate === ''",
    caughtBy: { file: jobs, title: 'adopts nothing that a lost create of other dates may have started, though that job is over: $status' },
  },
  {
    name: 'adoption: a lost create of the same dates stands in the way', file: 'lambdas/adapters/dynamodb/job-adoption.ts',
    find: ' && (one.startDate !== startDate || one.endDate !== endDate)', replace: '',
    caughtBy: { file: jobs, title: 'adopts what a lost create of the same dates may have started: the data is the same' },
  },
  {
    name: 'adoption: an upstream job older than the intent is taken', file: 'lambdas/adapters/dynamodb/job-adoption.ts',
    find: '* 1000 <= sentAt.getTime()', replace: '* 1000 >= sentAt.getTime()',
    caughtBy: { file: jobs, title: 'adopts nothing that was heard of before it was sent' },
  },
  {
    name: 'resume: counts each time it is said', file: 'lambdas/adapters/dynamodb/job-progress.ts',
    find: ' AND resumes < :limit AND resumes <= heardResumes', replace: ' AND resumes < :limit',
    caughtBy: { file: jobs, title: 'counts once until it was heard, however often it is said or written' },
  },
  {
    name: 'resume: an eleventh is taken', file: 'lambdas/adapters/dynamodb/job-progress.ts',
    find: 'AND resumes < :limit', replace: 'AND resumes <= :limit',
    caughtBy: { file: 'test/statemachine/healing.test.ts', title: 'is refused the eleventh time' },
  },
  {
    name: 'resume: a late one ends the pause after the one that it was about', file: 'lambdas/adapters/dynamodb/job-progress.ts',
    find: "'#status = :awaiting AND waitToken = :token'", replace: "'#status = :awaiting OR waitToken = :token'",
    caughtBy: { file: jobs, title: 'leaves a newer pause alone when the one that it ended is over' },
  },
  {
    name: 'trust: older news undoes newer', file: 'lambdas/adapters/dynamodb/webhook-trust.ts',
    find: 'OR changedAt <= :now', replace: 'OR changedAt >= :now',
    caughtBy: { file: 'test/repositories/access.test.ts', title: 'is not changed by news from before the last change' },
  },
  {
    name: 'revocation: a reading from before it undoes it', file: 'lambdas/adapters/dynamodb/connection-repository.ts',
    find: 'OR markedAt <= :readAt)', replace: 'OR markedAt > :readAt)',
    caughtBy: { file: 'test/repositories/connections.test.ts', title: 'is not undone by a reading that had begun before, only by one that begins later' },
  },
  {
    name: 'claim: a start joins a job of the linking before', file: 'lambdas/adapters/dynamodb/job-repository.ts',
    find: 'holder.connectionGeneration === job.connectionGeneration', replace: 'holder.merchantId === job.merchantId',
    caughtBy: { file: removals, title: 'gives a start on the connection saved anew a job of its own, though an old one was not canceled yet' },
  },
  {
    name: 'claim: a start whose reply was late has not happened', file: 'lambdas/adapters/dynamodb/job-repository.ts',
    find: 'claim?.jobId === job.id', replace: 'claim?.jobId !== job.id',
    caughtBy: { file: 'test/repositories/faults.test.ts', title: 'a job that it created is created, not taken for a broken source of ids' },
  },
  {
    name: 'removal: begins anew at the first page', file: 'lambdas/usecases/complete-removal.ts',
    find: 'if (position !== undefined) await deps.removals.advance(removal, position);', replace: '',
    caughtBy: { file: removals, title: 'goes on with the page of jobs where it died, so that one with many results comes to its end' },
  },
  {
    name: 'removal: data of a job that failed stays', file: 'lambdas/usecases/complete-removal.ts',
    find: "event === 'fetching'", replace: "event === 'completed'",
    caughtBy: { file: removals, title: 'leaves no result of a job that stored its data and then failed' },
  },
  {
    name: 'orphan: its taker is over', file: 'lambdas/adapters/dynamodb/upstream-orphans.ts',
    find: "? 'over' : 'taken'", replace: "? 'over' : 'over'",
    caughtBy: { file: 'test/repositories/faults.test.ts', title: "what a canceled job left upstream is the taker's own, not a sign that the taker is over" },
  },
  {
    name: 'lost create: a cancel that crosses its intent notes none', file: 'lambdas/adapters/dynamodb/job-end.ts',
    find: " AND ${isStill('intent.holder', ':holder', job.intent?.holder ?? null, 'intent')}", replace: " AND (attribute_exists(pk) OR upstreamJobId = :holder)",
    caughtBy: { file: 'test/repositories/faults.test.ts', title: 'or its very intent, the create is noted as one whose end nobody knows' },
  },
  {
    name: 'orphan: a cancel that crosses the bind leaves none', file: 'lambdas/adapters/dynamodb/job-end.ts',
    find: " AND ${isStill('upstreamJobId', ':upstream', job.upstreamJobId)}", replace: " AND (attribute_exists(pk) OR upstreamJobId = :upstream)",
    caughtBy: { file: 'test/repositories/faults.test.ts', title: 'what upstream runs is left for the next job like it' },
  },
  {
    name: 'code: a wrong one is taken for unclear later', file: 'lambdas/usecases/verify-user.ts',
    find: "await deps.users.settleTry(user.merchantId, user.id, code.sentAt, now);\n      return", replace: 'return',
    caughtBy: { file: 'test/api/user-upkeep.test.ts', title: 'leads no wrong code past upstream, however long after another wrong one' },
  },
  {
    name: 'code: a try whose function died is sent again blindly', file: 'lambdas/usecases/verify-user.ts',
    find: 'return unclear ||', replace: 'return unclear &&',
    caughtBy: { file: 'test/api/user-upkeep.test.ts', title: 'is found to have succeeded also where the function died that waited for it, once upstream cannot answer any more' },
  },
  {
    name: 'SDK: refusals use up its patience', file: 'lambdas/adapters/dynamodb/document-client.ts',
    find: "=== 'CLIENT_ERROR'", replace: "!== 'CLIENT_ERROR'",
    caughtBy: { file: 'test/repositories/faults.test.ts', title: 'refusals that find the first write done never use up the patience of the SDK' },
  },
  {
    name: 'transaction conflicts: a passing one is an error', file: 'lambdas/adapters/dynamodb/retry-conflicts.ts',
    find: "new Set(['TransactionConflict', ", replace: 'new Set([',
    caughtBy: { file: 'test/repositories/faults.test.ts', title: 'it waits with full jitter and goes through' },
  },
  {
    name: 'claim: one whose job is not seen yet is taken for free', file: 'lambdas/adapters/dynamodb/job-claims.ts',
    find: 'holder !== undefined || attempt === patient.attempts', replace: 'holder !== undefined || attempt === 1',
    caughtBy: { file: 'test/repositories/jobs.test.ts', title: 'joins a job whose own row is not seen yet beside its claim, and leaves the claim alone' },
  },
  {
    name: 'claim: every start tries to write', file: 'lambdas/adapters/dynamodb/job-repository.ts',
    find: 'if (joined !== undefined) return joined;', replace: '',
    caughtBy: { file: 'test/repositories/jobs.test.ts', title: 'joins without a write' },
  },
  {
    name: 'unread rule: an end wakes for another that contradicts it', file: 'lambdas/adapters/dynamodb/job-signals.ts',
    find: 'job.signal?.kind === signal.kind', replace: 'job.signalRank === rank',
    caughtBy: { file: 'test/repositories/jobs.test.ts', title: 'wakes nobody when upstream contradicts an end that is unread' },
  },
  {
    name: 'lost create: a reply that cannot be read counts as a refusal', file: 'lambdas/adapters/dynamodb/job-end.ts',
    find: "failure.code !== 'UpstreamRejected' || failure.upstreamCode !== null", replace: 'failure.code !== null',
    caughtBy: { file: 'test/repositories/jobs.test.ts', title: 'adopts nothing that a create of other dates may have started whose reply could not be read' },
  },
];
