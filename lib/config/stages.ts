export const stageNames = ['dev', 'sandbox', 'production'] as const;
export type StageName = (typeof stageNames)[number];

/** What differs between deployments. Everything else is the same in every stage. */
export interface Stage {
  readonly name: StageName;
  /** Which of upstream's environments the widget opens, and where its APIs are; the URLs carry no `/v2`. */
  readonly upstream: {
    readonly environment: 'sandbox' | 'production';
    readonly aeropayBaseUrl: string;
    readonly aerosyncBaseUrl: string;
  };
  /** How long results are kept, in days: at most 30. */
  readonly resultDays: number;
  readonly logRetentionDays: 7 | 30 | 365;
  /** Tables, keys, secrets and logs outlive their stack, tables refuse to be deleted, and what may be recovered can be. */
  readonly keepsData: boolean;
  /** What the gateway lets through for all merchants together before it answers 429. */
  readonly throttle: { readonly requestsPerSecond: number; readonly burst: number };
  /**
   * Concurrency kept for `GET /v1/jobs/{jobId}`, so that callers who wait for a job never starve the other routes.
   * A merchant may have 100 callers waiting, so it is several times that. Undefined takes none: a new AWS account has no concurrency to spare.
   */
  readonly waitingConcurrency: number | undefined;
  /** An SNS topic that is told when an alarm rings. Without one, alarms show in CloudWatch only. */
  readonly alarmTopicArn: string | undefined;
}

const upstreamSandbox = {
  environment: 'sandbox',
  aeropayBaseUrl: 'https://api.sandbox-pay.aero.inc',
  aerosyncBaseUrl: 'https://api.sandbox.aerosync.com',
} as const;

export const stages: Readonly<Record<StageName, Stage>> = {
  dev: {
    name: 'dev',
    upstream: upstreamSandbox,
    resultDays: 7,
    logRetentionDays: 7,
    keepsData: false,
    throttle: { requestsPerSecond: 50, burst: 100 },
    waitingConcurrency: undefined,
    alarmTopicArn: undefined,
  },
  sandbox: {
    name: 'sandbox',
    upstream: upstreamSandbox,
    resultDays: 7,
    logRetentionDays: 30,
    keepsData: true,
    throttle: { requestsPerSecond: 100, burst: 200 },
    waitingConcurrency: 250,
    alarmTopicArn: undefined,
  },
  production: {
    name: 'production',
    upstream: {
      environment: 'production',
      aeropayBaseUrl: 'https://api.aeropay.com',
      aerosyncBaseUrl: 'https://api.aerosync.com',
    },
    resultDays: 7,
    logRetentionDays: 365,
    keepsData: true,
    throttle: { requestsPerSecond: 500, burst: 1000 },
    waitingConcurrency: 500,
    alarmTopicArn: undefined,
  },
};

/** @throws Error naming the stages that exist */
export function stageNamed(name: string): Stage {
  const known = stageNames.find((stage) => stage === name);
  if (known === undefined) throw new Error(`There is no stage "${name}": choose one of ${stageNames.join(', ')}.`);
  return stages[known];
}

/** Where the operators' command line keeps the secrets of each merchant: `<prefix>/<merchantId>/upstream` and `…/webhook`. */
export function merchantSecretsPrefix(stage: Stage): string {
  return `aerobridge/${stage.name}/merchants`;
}

/** Given, not generated, so that a task's role can name the machine that runs the task. */
export function jobMachineName(stage: Stage): string {
  return `aerobridge-${stage.name}-aggregation-job`;
}
