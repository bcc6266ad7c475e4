const dayMs = 86_400_000;

/** A span of UTC days, both ends included, each `YYYY-MM-DD`. */
export interface Window {
  readonly startDate: string;
  readonly endDate: string;
}

/** Every day that can be written. */
export const everyDay: Window = { startDate: '0000-01-01', endDate: '9999-12-31' };

/** The UTC day `daysAgo` days before a time in milliseconds, as `YYYY-MM-DD`. */
export function dayBefore(milliseconds: number, daysAgo: number): string {
  return new Date(milliseconds - daysAgo * dayMs).toISOString().slice(0, 10);
}

/** Upstream's default for transactions: the last 90 days. */
export function lastNinetyDays(milliseconds: number): Window {
  return { startDate: dayBefore(milliseconds, 90), endDate: dayBefore(milliseconds, 0) };
}

/** Says whether a text is a day that exists, written `YYYY-MM-DD`. */
export function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && dayBefore(time, 0) === text;
}
