import { aeropayCodesByName } from '../adapters/aeropay/aeropay-codes.ts';
import { widgetErrorExplainer } from '../adapters/aerosync/explain-widget-error.ts';
import { once } from './once.ts';

/** Needs nothing but the tables of codes. */
export const explainErrorDependencies = once(() => ({ explain: widgetErrorExplainer(aeropayCodesByName) }));
