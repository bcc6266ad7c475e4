import type { Connection } from '../domain/connection.ts';
import { AppError, type ErrorCode } from '../domain/errors.ts';
import type { Clock, ConnectionRepository, UpstreamAccounts } from '../ports.ts';
import { findConfirmedUser, type FindConfirmedUser } from './find-user.ts';

export interface SaveConnections extends FindConfirmedUser {
  readonly connections: Pick<ConnectionRepository, 'find' | 'save'>;
  readonly accounts: UpstreamAccounts;
  readonly clock: Clock;
}

export interface SaveConnectionsRequest {
  readonly merchantId: string;
  readonly userId: string;
  /** In the normal form, as the widget handed them over. */
  readonly connectionIds: readonly string[];
  /** What the only id may be instead, where upstream does not know that one. */
  readonly otherwise?: string | undefined;
  /** Whom the widget says it linked. */
  readonly aeroPassUserUuid?: string | undefined;
}

export interface SavedConnections {
  readonly items: Connection[];
  readonly refused: { readonly connectionId: string; readonly code: ErrorCode }[];
  /** False when all of `items` were known to this user. */
  readonly anyNew: boolean;
}

interface Saved {
  readonly connection: Connection;
  readonly isNew: boolean;
}

/**
 * Stores what the widget handed over, each connection as upstream describes it, before the answer: the widget hands it over only once.
 * Several are judged each alone.
 * @throws AppError NotFound; VerificationRequired; Conflict for someone else's; when all are refused, what the first was refused with
 */
export async function saveConnections(deps: SaveConnections, request: SaveConnectionsRequest): Promise<SavedConnections> {
  const user = await findConfirmedUser(deps, request.merchantId, request.userId);
  if (request.aeroPassUserUuid !== undefined && normalUuid(request.aeroPassUserUuid) !== normalUuid(user.aeroPassUserUuid)) {
    throw new AppError('Conflict', 'the widget was opened for another person: save the connection with the user whose aeroPassUserUuid it names');
  }
  const connectionIds = [...new Set(request.connectionIds)];
  const outcomes = await Promise.all(
    connectionIds.map(async (connectionId) => {
      const of = { merchantId: user.merchantId, userId: user.id };
      const outcome = await saveOrRefuse(deps, { ...of, connectionId });
      const isUnknown = outcome instanceof AppError && outcome.code === 'NotFound';
      return isUnknown && request.otherwise !== undefined ? saveOrRefuse(deps, { ...of, connectionId: request.otherwise }) : outcome;
    }),
  );
  const saved = outcomes.filter((outcome): outcome is Saved => !(outcome instanceof AppError));
  const refusal = outcomes.find((outcome) => outcome instanceof AppError);
  if (saved.length === 0 && refusal !== undefined) throw refusal;
  return {
    items: saved.map(({ connection }) => connection),
    refused: outcomes.flatMap((outcome, index) => (outcome instanceof AppError ? [{ connectionId: connectionIds[index] ?? '', code: outcome.code }] : [])),
    anyNew: saved.some(({ isNew }) => isNew),
  };
}

/** What is saved: the repository knows whether it is the same linking as before. */
type Unsaved = Omit<Connection, 'generation'>;

interface ConnectionOfUser {
  readonly merchantId: string;
  readonly userId: string;
  readonly connectionId: string;
}

async function saveOrRefuse(deps: SaveConnections, of: ConnectionOfUser): Promise<Saved | AppError> {
  try {
    const known = await deps.connections.find(of.merchantId, of.connectionId);
    if (known !== undefined && known.userId !== of.userId) return belongsToAnother();
    const saved = await deps.connections.save(await readOrUnknown(deps, of, known));
    return saved.outcome === 'conflict' ? belongsToAnother() : { connection: saved.connection, isNew: saved.outcome === 'created' };
  } catch (error) {
    if (error instanceof AppError && error.code !== 'Internal') return error;
    throw error;
  }
}

/** The connection as upstream describes it; as `unknown`, to be read at its next use, while upstream cannot answer. */
async function readOrUnknown(deps: SaveConnections, of: ConnectionOfUser, known: Connection | undefined): Promise<Unsaved> {
  const now = deps.clock.now().toISOString();
  const bare: Unsaved = {
    ...nothingKnown,
    ...known,
    merchantId: of.merchantId,
    id: of.connectionId,
    userId: of.userId,
    createdAt: now,
    checkedAt: null,
    status: 'unknown',
  };
  try {
    const { connection } = await deps.accounts.read(of.merchantId, of.connectionId);
    return { ...bare, ...connection, checkedAt: deps.clock.now().toISOString() };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    switch (error.code) {
      case 'UpstreamUnavailable':
      case 'UpstreamThrottled':
      case 'UpstreamBusy':
        return bare;
      case 'UserActionRequired':
        return { ...bare, status: 'reconnect_required', checkedAt: now };
      default:
        throw error;
    }
  }
}

const nothingKnown = {
  upstreamStatus: null,
  institution: { name: null, uuid: null },
  account: { nickname: null, type: 'unknown', display: null, numberType: null },
  canFetchBalance: null,
  expiresAt: null,
} as const;

function belongsToAnother(): AppError {
  return new AppError('Conflict', 'the connection belongs to another user: it cannot be saved twice');
}

/** Some places upstream write a region before the id, and either case (aerosync-api.md §3.1). */
function normalUuid(uuid: string): string {
  return uuid.toLowerCase().replace(/^[a-z]{2}-[a-z]+-\d:/, '').replaceAll('-', '');
}
