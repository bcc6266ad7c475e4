import * as z from 'zod';
import type { MintedWidgetToken } from '../../ports.ts';
import { optionalText, token } from '../upstream-http/fields.ts';
import { documentedLifetimeSeconds } from './aeropay-dialect.ts';

const address = z.url({ protocol: /^https?$/ });

/** `{fastlinkURL, token, username}`; some call it `url` (aerosync-api.md §3.6). How long the token lives is not said. */
export const widgetCredentialsReply = z
  .object({ token, fastlinkURL: optionalText, url: optionalText })
  .transform((reply): MintedWidgetToken => ({
    token: reply.token,
    lifetimeSeconds: documentedLifetimeSeconds,
    // The token opens the widget without it, so what is no address is left out.
    url: address.safeParse(reply.fastlinkURL ?? reply.url).data ?? null,
  }));
