import * as z from 'zod';

/** What the SDKs put into the widget's URL (§7.3); they leave out what is false. */
export const launchQuery = z.record(z.string(), z.string().max(8192));

/** How the host launched the widget. */
export interface Launch {
  readonly token: string;
  readonly aeroPassUserUuid: string | undefined;
  readonly configurationId: string | undefined;
  readonly deeplink: string | undefined;
  readonly handleMfa: boolean;
  readonly jobId: string | undefined;
  readonly connectionId: string | undefined;
  readonly manualLinkOnly: boolean;
  /** The host opens the bank's window itself, by the URL in `onLoadApi`. */
  readonly handleOAuthManually: boolean;
  /** The bank that was chosen in the embedded view. */
  readonly stateCode: string | undefined;
  /** An SDK up to 1.1.3, which knows neither `version` nor `aeroPassUserUuid` and wants the payload of its days. */
  readonly isOld: boolean;
}

/** Reads the URL of any SDK: older ones call the connection `userId` or `userID`. */
export function readLaunch(query: z.infer<typeof launchQuery>): Launch {
  const text = (name: string): string | undefined => (query[name] === '' ? undefined : query[name]);
  return {
    token: text('token') ?? '',
    aeroPassUserUuid: text('aeroPassUserUuid'),
    configurationId: text('configurationId') ?? text('consumerId'),
    deeplink: text('deeplink'),
    handleMfa: text('handleMFA') === 'true',
    jobId: text('jobId'),
    connectionId: text('connectionId') ?? text('userId') ?? text('userID'),
    manualLinkOnly: text('manualLinkOnly') === 'true',
    handleOAuthManually: text('handleOAuthManually') === 'true',
    stateCode: text('stateCode'),
    isOld: text('version') === undefined && text('aeroPassUserUuid') === undefined,
  };
}
