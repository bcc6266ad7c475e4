/** A transaction before it has an id and a date. `amount` is the JSON text that upstream sends. */
export interface LedgerRow {
  readonly daysAgo: number;
  readonly amount: string;
  readonly type?: string;
  readonly currency?: string;
  readonly description: string | null;
  readonly category?: string;
  readonly subcategory?: string;
}

/** What an account holds: the texts of its two balances, and its transactions. */
export interface Ledger {
  readonly availableBalance: string | undefined;
  readonly currentBalance: string;
  readonly currency: string | undefined;
  readonly rows: readonly LedgerRow[];
}

export type LedgerName = 'everyday' | 'many' | 'decimals' | 'odd' | 'empty';

function row(daysAgo: number, type: 'CREDIT' | 'DEBIT', amount: string, description: string, category: string, subcategory: string): LedgerRow {
  return { daysAgo, type, amount, currency: 'USD', description, category, subcategory };
}

/** Twelve transactions within the last 90 days and three older ones, so that a start date makes a difference. */
const everyday: readonly LedgerRow[] = [
  row(0, 'DEBIT', '4.50', 'Corner Coffee', 'Food and Dining', 'Coffee Shops'),
  row(1, 'DEBIT', '39.76', 'Burger House', 'Food and Dining', 'Fast Food'),
  row(3, 'DEBIT', '39.7', 'City Market', 'Food and Dining', 'Groceries'),
  row(5, 'CREDIT', '1200.00', 'Payroll', 'Income', 'Paycheck'),
  row(8, 'DEBIT', '40', 'Fuel Stop', 'Auto and Transport', 'Gas'),
  row(13, 'DEBIT', '0.01', 'Rounding', 'Fees and Charges', 'Bank Fee'),
  row(21, 'DEBIT', '850.00', 'Rent', 'Home', 'Rent'),
  row(30, 'CREDIT', '1200.00', 'Payroll', 'Income', 'Paycheck'),
  row(45, 'DEBIT', '129.99', 'Shoe Store', 'Shopping', 'Clothing'),
  row(60, 'DEBIT', '15.9', 'Streaming', 'Entertainment', 'Movies'),
  row(75, 'CREDIT', '20', 'Refund', 'Shopping', 'Refunds'),
  row(88, 'DEBIT', '61.25', 'Power Company', 'Bills and Utilities', 'Utilities'),
  row(100, 'DEBIT', '75.00', 'Dentist', 'Health', 'Dentist'),
  row(150, 'CREDIT', '1100.00', 'Payroll', 'Income', 'Paycheck'),
  row(200, 'DEBIT', '310.4', 'Airline', 'Travel', 'Air Travel'),
];

/** Texts whose value times 100 is not what floating point says it is. */
const decimals: readonly LedgerRow[] = ['39.76', '39.7', '40', '1200.00', '0.01', '0.10', '0.1', '1.15', '4.35', '8.2', '19.99', '1001.10', '9007199254740.99'].map(
  (amount, index) => row(index * 5, index % 3 === 0 ? 'CREDIT' : 'DEBIT', amount, `Amount ${index + 1}`, 'Shopping', 'Goods'),
);

/** What a careful reader has to survive: below a cent, negative on both sides, an exponent, absent members. */
const odd: readonly LedgerRow[] = [
  { daysAgo: 0, amount: '10.005', type: 'DEBIT', currency: 'USD', description: 'Below a cent, half to even goes down' },
  { daysAgo: 1, amount: '10.015', type: 'DEBIT', currency: 'USD', description: 'Below a cent, half to even goes up' },
  { daysAgo: 2, amount: '-12.34', type: 'DEBIT', currency: 'USD', description: 'Sign and type agree' },
  { daysAgo: 3, amount: '-7.25', type: 'CREDIT', currency: 'USD', description: 'Sign and type disagree' },
  { daysAgo: 4, amount: '1.2e3', type: 'CREDIT', currency: 'USD', description: 'An exponent' },
  { daysAgo: 5, amount: '0', type: 'DEBIT', currency: 'USD', description: null },
  { daysAgo: 6, amount: '33.10', type: 'credit', currency: 'USD', description: 'Type in lower case' },
  { daysAgo: 7, amount: '33.20', currency: 'USD', description: 'No type' },
  { daysAgo: 8, amount: '33.30', type: 'DEBIT', description: 'No currency' },
];

/** 1,234 transactions over the last 89 days. The amounts follow from the number of the row alone, so their sum never changes. */
function many(): LedgerRow[] {
  return Array.from({ length: 1234 }, (_, index) => {
    const minor = ((index * 48_271) % 99_991) + 1;
    const exact = `${Math.floor(minor / 100)}.${String(minor % 100).padStart(2, '0')}`;
    const amount = index % 3 === 0 ? exact : exact.replace(/\.?0+$/, '');
    return row(Math.floor((index * 89) / 1234), index % 5 === 0 ? 'CREDIT' : 'DEBIT', amount, `Purchase ${index + 1}`, 'Shopping', 'Goods');
  });
}

/** The ledger of a scenario. */
export function ledgerNamed(name: LedgerName): Ledger {
  switch (name) {
    case 'everyday':
      return { availableBalance: '3124.25', currentBalance: '3151.1', currency: 'USD', rows: everyday };
    case 'many':
      return { availableBalance: '3124.25', currentBalance: '3151.1', currency: 'USD', rows: many() };
    case 'decimals':
      return { availableBalance: '4.35', currentBalance: '9007199254740.99', currency: 'USD', rows: decimals };
    case 'odd':
      return { availableBalance: undefined, currentBalance: '-20.50', currency: undefined, rows: odd };
    case 'empty':
      return { availableBalance: '0', currentBalance: '0.00', currency: 'USD', rows: [] };
  }
}
