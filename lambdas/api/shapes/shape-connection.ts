import type { ConnectionShape } from '../../contract/shapes.ts';
import type { Connection } from '../../domain/connection.ts';

export function shapeConnection(connection: Connection): ConnectionShape {
  const { institution, account } = connection;
  return {
    id: connection.id,
    userId: connection.userId,
    status: connection.status,
    upstreamStatus: connection.upstreamStatus,
    institution: { name: institution.name, uuid: institution.uuid },
    account: { nickname: account.nickname, type: account.type, display: account.display, numberType: account.numberType },
    canFetchBalance: connection.canFetchBalance,
    expiresAt: connection.expiresAt,
    createdAt: connection.createdAt,
    checkedAt: connection.checkedAt,
  };
}
