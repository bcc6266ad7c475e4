/** The primary key of a row. Each begins with the merchant and ends with the thing's id, so that no merchant makes a hot partition. */
export interface RowKey {
  readonly pk: string;
  readonly sk: string;
}

export function userKey(merchantId: string, userId: string): RowKey {
  return { pk: `${merchantId}#${userId}`, sk: 'USER' };
}

/** Also named by the transaction that creates a job, which demands that the connection is there. */
export function connectionKey(merchantId: string, connectionId: string): RowKey {
  return { pk: `${merchantId}#${connectionId}`, sk: 'CONNECTION' };
}

export function merchantKey(merchantId: string): RowKey {
  return { pk: `${merchantId}#settings`, sk: 'MERCHANT' };
}

export function webhookTrustKey(merchantId: string): RowKey {
  return { pk: `${merchantId}#webhooks`, sk: 'TRUST' };
}

export function resultKey(merchantId: string, jobId: string, sk: string): RowKey {
  return { pk: `${merchantId}#${jobId}`, sk };
}
