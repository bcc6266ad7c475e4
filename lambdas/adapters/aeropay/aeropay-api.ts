import type { UpstreamBankAccounts, UpstreamProfiles, UpstreamUsers, UpstreamWidget } from '../../ports.ts';

/** All that is asked of Aeropay, whichever of its APIs a merchant uses. */
export interface AeropayApi extends UpstreamUsers, UpstreamProfiles, UpstreamBankAccounts, UpstreamWidget {}
