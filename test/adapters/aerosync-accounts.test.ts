import { describe, expect, it } from 'vitest';
import { answer } from './loopback.ts';
import { adaptersBefore, connectionId, merchantId } from './upstreams.ts';

const documented = {
  accountNickname: 'Aerosync Test Bank', accountNumber: '00100000987654321', routingNumber: '000000111', accountNumberDisplay: '2901',
  accountNumberType: 'Tokenized', accountType: 'CHECKING', bankName: 'Chase', institutionName: 'Chase Bank', institutionUuid: 'f1',
  canFetchBalance: true, connectionMethod: 6, connectionStatus: 'CONNECTED', connectionExpiry: '2026-01-02T15:47:48Z',
};

async function read(account: unknown) {
  const { accounts } = await adaptersBefore({ [`/aerosync/v2/accounts/${connectionId}`]: answer(200, { status: 'success', statusCode: 200, account }) });
  return accounts.read(merchantId, connectionId);
}

describe('an account', () => {
  it('is read as documented', async () => {
    expect(await read(documented)).toEqual({
      connection: {
        status: 'connected', upstreamStatus: 'CONNECTED', institution: { name: 'Chase Bank', uuid: 'f1' },
        account: { nickname: 'Aerosync Test Bank', type: 'checking', display: '2901', numberType: 'Tokenized' },
        canFetchBalance: true, expiresAt: '2026-01-02T15:47:48.000Z',
      },
      accountNumber: '00100000987654321', routingNumber: '000000111', accountNumberType: 'Tokenized', bankName: 'Chase',
    });
  });

  it('of an older version, which says almost nothing, has nulls and counts as connected', async () => {
    expect(await read({ accountNumber: '123456789', bankName: 'Chase' })).toEqual({
      connection: {
        status: 'connected', upstreamStatus: null, institution: { name: 'Chase', uuid: null },
        account: { nickname: null, type: 'unknown', display: '6789', numberType: null },
        canFetchBalance: null, expiresAt: null,
      },
      accountNumber: '123456789', routingNumber: null, accountNumberType: null, bankName: 'Chase',
    });
  });

  it.each([
    ['CONNECTED', 'connected'], ['connected', 'connected'], ['ACTIVE', 'connected'],
    ['failure', 'reconnect_required'], ['FAILURE', 'reconnect_required'], ['EXPIRED_CONSENT', 'reconnect_required'], ['expired consent', 'reconnect_required'],
    ['REVOKED_BY_USER', 'revoked'], ['revoked', 'revoked'],
    ['HIBERNATING', 'unknown'], [null, 'connected'], ['', 'connected'],
  ])('with connectionStatus %j is %s', async (connectionStatus, status) => {
    const { connection } = await read({ ...documented, connectionStatus });
    expect(connection).toMatchObject({ status, upstreamStatus: connectionStatus === '' ? null : connectionStatus });
  });

  it.each([
    ['checking', 'checking'], ['CHECKING', 'checking'], ['Savings', 'savings'], ['money market', 'unknown'], [undefined, 'unknown'],
  ])('of accountType %j is %s', async (accountType, type) => {
    expect((await read({ ...documented, accountType })).connection.account.type).toBe(type);
  });

  it.each([
    ['2901', '00100000987654321', '2901'],
    ['•••• 2901', '00100000987654321', '2901'],
    ['00100000987654321', null, '4321'],
    ['16', null, '16'],
    [null, '00100000987654321', '4321'],
    ['xxxx', '00100000987654321', '4321'],
    [null, '4321', null],
    [null, null, null],
  ])('with display %j and number %j shows %j', async (accountNumberDisplay, accountNumber, display) => {
    expect((await read({ accountNumberDisplay, accountNumber })).connection.account.display).toBe(display);
  });

  it.each([
    ['2026-01-02T15:47:48Z', '2026-01-02T15:47:48.000Z'],
    ['2026-01-02 15:47:48.815355', '2026-01-02T15:47:48.815Z'],
    ['2026-01-02T15:47:48+02:00', '2026-01-02T13:47:48.000Z'],
    [1767368868, '2026-01-02T15:47:48.000Z'],
    ['1767368868000', '2026-01-02T15:47:48.000Z'],
    ['in a year', null],
    [17, null],
    [null, null],
  ])('that expires %j expires at %j', async (connectionExpiry, expiresAt) => {
    expect((await read({ ...documented, connectionExpiry })).connection.expiresAt).toBe(expiresAt);
  });

  it.each([[true, true], [false, false], ['true', true], ['0', false], [1, true], [null, null], [undefined, null]])('whose canFetchBalance is %j can %j', async (canFetchBalance, can) => {
    expect((await read({ ...documented, canFetchBalance })).connection.canFetchBalance).toBe(can);
  });

  it('whose numbers are JSON numbers keeps every digit', async () => {
    const { accounts } = await adaptersBefore({ [`/aerosync/v2/accounts/${connectionId}`]: answer(200, '{"account":{"accountNumber":12345678901234567890}}') });
    expect((await accounts.read(merchantId, connectionId)).accountNumber).toBe('12345678901234567890');
  });

  it.each([
    [undefined, 'account'],
    ['gone', 'account'],
    [{ ...documented, bankName: { x: 1 } }, 'account.bankName'],
    [{ ...documented, canFetchBalance: 'perhaps' }, 'account.canFetchBalance'],
  ])('of another shape is refused, naming the path', async (account, path) => {
    await expect(read(account)).rejects.toThrow(`the reply differs at ${path}`);
  });

  it('that upstream does not know is NotFound', async () => {
    const { accounts } = await adaptersBefore({ [`/aerosync/v2/accounts/${connectionId}`]: answer(404, { error: { code: 'AC-102', message: 'User not found' } }) });
    await expect(accounts.read(merchantId, connectionId)).rejects.toMatchObject({ code: 'NotFound' });
  });
});
