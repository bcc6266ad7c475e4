import { createHmac } from 'node:crypto';
import http from 'node:http';

export interface WebhookSubscription {
  readonly url: string;
  readonly secretKey: string;
}

/** Delivers one event, signed over exactly the bytes that are sent: not compact, not ASCII, and the digest in capitals. Answers the HTTP status. */
export function sendWebhook({ url, secretKey }: WebhookSubscription, event: string, data: object): Promise<number> {
  const body = Buffer.from(JSON.stringify({ event, timestamp: Math.floor(Date.now() / 1000), merchant_id: 1456, api_version: '2', note: 'naïve · ünïcode', data }, null, 3));
  const signature = createHmac('sha256', secretKey).update(body).digest('hex').toUpperCase();
  return new Promise((resolve, reject) => {
    const request = http.request(url, {
      method: 'POST',
      agent: false,
      headers: { 'content-type': 'application/json', 'content-length': body.length, 'user-agent': 'Aerosync-Webhooks/1.0', 'x-webhook-signature': `sha256=${signature}` },
    });
    request.on('error', reject);
    request.on('response', (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode ?? 0));
    });
    request.end(body);
  });
}
