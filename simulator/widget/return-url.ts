import type { Launch } from './launch.ts';
import type { Stage } from './stage.ts';

/**
 * The app's deep link with how it ended: `?status=success&connectionId=…`, `?status=error&AC_CODE=…&description=…` or `?status=close`.
 * Null while it goes on and without a deep link that is a URL.
 */
export function returnUrl({ deeplink }: Pick<Launch, 'deeplink'>, stage: Stage): string | null {
  const ending = endingOf(stage);
  if (deeplink === undefined || ending === undefined || !URL.canParse(deeplink)) return null;
  const url = new URL(deeplink);
  for (const [name, value] of Object.entries(ending)) url.searchParams.set(name, value);
  return url.href;
}

function endingOf(stage: Stage): Record<string, string> | undefined {
  switch (stage.name) {
    case 'success':
      return { status: 'success', ...texts(stage.payload) };
    case 'closed':
      return stage.error === undefined ? { status: 'close' } : { status: 'error', AC_CODE: stage.error.code, description: stage.error.message };
    default:
      return undefined;
  }
}

/** A deep link carries texts only: of several accounts nothing but that it went well. */
function texts(payload: object): Record<string, string> {
  return Object.fromEntries(Object.entries(payload).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}
