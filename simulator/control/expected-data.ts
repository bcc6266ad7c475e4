import { isDay, lastNinetyDays, type Window } from '../bank/days.ts';
import { ledgerNamed } from '../bank/ledger-rows.ts';
import { transactionsOf, type Transaction } from '../bank/ledger.ts';
import { minorUnits } from '../bank/minor-units.ts';
import type { Simulation } from '../simulation.ts';
import { ControlRefusal, type ControlRequest, type ControlRoute } from './control-route.ts';
import { findConnection } from './find-connection.ts';

/**
 * GET /sim/connections/{id}/expected?startDate=&endDate=: what a correct reader must end up with. Amounts stand as the texts
 * upstream sends; `sumMinorUnits` adds up credits and debits alike, and is null when an amount is not exact to the cent.
 */
export function expectedData(simulation: Simulation): ControlRoute {
  return {
    method: 'GET',
    path: '/sim/connections/:connectionId/expected',
    run(request) {
      const connection = findConnection(simulation, request);
      const window = readWindow(request, simulation.clock.now());
      const { availableBalance, currentBalance, currency } = ledgerNamed(connection.scenario.ledger);
      const transactions = transactionsOf(connection, window);
      return {
        connectionId: connection.id,
        scenario: connection.scenario.name,
        accountNumber: connection.accountNumber,
        balance: { available: availableBalance ?? null, current: currentBalance, currency: currency ?? null },
        transactions: {
          ...window,
          count: transactions.length,
          sumMinorUnits: sumMinorUnits(transactions),
          items: transactions.map(({ id, type, day, amount, currency: unit }) => ({ id, type: type ?? null, day, amount, currency: unit ?? null })),
        },
      };
    },
  };
}

/** The sum in cents; null when one amount is not exact to the cent. */
export function sumMinorUnits(transactions: readonly Pick<Transaction, 'amount'>[]): number | null {
  const cents = transactions.map(({ amount }) => minorUnits(amount));
  return cents.includes(undefined) ? null : Number(cents.reduce<bigint>((sum, amount) => sum + (amount ?? 0n), 0n));
}

function readWindow({ query }: ControlRequest, now: number): Window {
  const usual = lastNinetyDays(now);
  const window = { startDate: query.get('startDate') ?? usual.startDate, endDate: query.get('endDate') ?? usual.endDate };
  if (!isDay(window.startDate) || !isDay(window.endDate)) throw new ControlRefusal(400, 'startDate and endDate must be dates of the form YYYY-MM-DD.');
  return window;
}
