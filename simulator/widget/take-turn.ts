import type { Simulation } from '../simulation.ts';
import { bankScenarioNamed } from '../scenarios.ts';
import { signInAt } from './enter-widget.ts';
import { linkAccounts, renewOrLink } from './link-accounts.ts';
import type { Deed, Stage, Turn, Visit } from './stage.ts';
import { successPayload } from './success-payload.ts';
import { scenarioOf, testBankWithId, trySignIn, type TestBank } from './test-banks.ts';
import { errors, type WidgetError } from './widget-error.ts';
import { anyOtherOtp, brokenBankUsers, otherAccountUser, widgetOtps } from './widget-test-data.ts';

/** What follows when a person does something on a page of the widget; nothing for a deed that the page does not have. */
export function takeTurn(simulation: Simulation, visit: Visit, stage: Stage, deed: Deed): Turn {
  switch (stage.name) {
    case 'otp':
      return afterOtp(deed.fields['code'] ?? '');
    case 'select_bank':
      return afterBank(deed.value);
    case 'manual_link':
      return afterAccountNumbers(simulation, visit, deed);
    case 'credentials':
      return signIn(simulation, visit, stage.bank, deed);
    case 'question':
      return afterAnswer(simulation, visit, stage, deed.fields['answer'] ?? '');
    case 'select_account':
      return afterAccounts(simulation, visit, stage, deed.picks);
    case 'job_question':
      return afterJobAnswer(simulation, visit, stage, deed.fields['answer'] ?? '');
    case 'error':
      return deed.value === 'again' && !visit.launch.handleMfa ? { next: { name: 'select_bank' } } : { nothing: true };
    case 'external_window':
    case 'success':
    case 'closed':
      return { nothing: true };
  }
}

/** A person signs in, on the widget's page or in the bank's own window. A user who bears the name of a scenario is asked nothing. */
export function signIn(simulation: Simulation, visit: Visit, bank: TestBank, { fields }: Pick<Deed, 'fields'>): Turn {
  const [user, password] = [fields['user'] ?? '', fields['password'] ?? ''];
  const broken = brokenBankUsers.find((each) => each.user === user);
  if (broken !== undefined) return fail(broken.error);
  const special = user === otherAccountUser || bankScenarioNamed(user) !== undefined;
  const outcome = special ? 'signed_in' : trySignIn(bank, user, password, simulation.contradictions.side(24));
  if (outcome === 'refused') return { again: errors.credentials };
  return outcome === 'asks' ? { next: { name: 'question', bank, user } } : signedIn(simulation, visit, bank, user);
}

function afterOtp(code: string): Turn {
  const { error, again } = widgetOtps.find((otp) => otp.code === code) ?? anyOtherOtp;
  if (error === undefined) return { next: { name: 'select_bank' } };
  return again ? { again: error } : fail(error);
}

function afterBank(id: string): Turn {
  if (id === 'manual_link') return { next: { name: 'manual_link' } };
  const bank = testBankWithId(id);
  return bank === undefined ? { nothing: true } : { next: signInAt(bank) };
}

/** As upstream's sandbox has it for migrations: nine digits of routing, 8 to 17 of account number. */
function afterAccountNumbers(simulation: Simulation, visit: Visit, { fields }: Deed): Turn {
  const fits = /^\d{9}$/.test(fields['routing'] ?? '') && /^\d{8,17}$/.test(fields['account'] ?? '');
  const scenario = bankScenarioNamed('manual');
  if (!fits || scenario === undefined) return { again: errors.accountNumbers };
  return { next: linkAccounts(simulation, visit, { bankName: 'Manual link', scenario, accountTypes: ['CHECKING'], accountNumber: fields['account'] }) };
}

function afterAnswer(simulation: Simulation, visit: Visit, { bank, user }: Stage & { name: 'question' }, answer: string): Turn {
  const anyAnswer = bank.answer === undefined || simulation.contradictions.side(24) === 'A';
  if (answer === '' || (!anyAnswer && answer !== bank.answer)) return { again: errors.answer };
  return signedIn(simulation, visit, bank, user);
}

function signedIn(simulation: Simulation, visit: Visit, bank: TestBank, user: string): Turn {
  const scenario = scenarioOf(bank, user);
  if (scenario === undefined) return fail(errors.server);
  if (visit.renews !== undefined) return { next: renewOrLink(simulation, visit, visit.renews, { bankName: bank.name, scenario, user }) };
  const accountTypes = bank.selectsAccount && scenario.accountTypes.length === 1 ? [...scenario.accountTypes, 'SAVINGS'] : scenario.accountTypes;
  if (accountTypes.length > 1) return { next: { name: 'select_account', bank, scenario, accountTypes } };
  return { next: linkAccounts(simulation, visit, { bankName: bank.name, scenario, accountTypes }) };
}

/** Picks are the positions of the accounts in the list. Several may be picked only where the scenario has several. */
function afterAccounts(simulation: Simulation, visit: Visit, { bank, scenario, accountTypes }: Stage & { name: 'select_account' }, picks: readonly string[]): Turn {
  const picked = accountTypes.filter((_type, index) => picks.includes(String(index)));
  if (picked.length === 0 || (picked.length > 1 && scenario.accountTypes.length === 1)) return { again: errors.selection };
  return { next: linkAccounts(simulation, visit, { bankName: bank.name, scenario, accountTypes: picked }) };
}

function afterJobAnswer({ jobs, contradictions }: Simulation, { person, launch }: Visit, { job }: Stage & { name: 'job_question' }, answer: string): Turn {
  switch (jobs.answer(job, answer)) {
    case 'accepted':
      return { next: { name: 'success', payload: successPayload(contradictions, [job.connection], person.id, launch.isOld ? 'old' : 'single') } };
    case 'rejected':
      return { again: errors.answer };
    case 'not_waiting':
      return fail(errors.timeout);
  }
}

function fail(error: WidgetError): Turn {
  return { next: { name: 'error', error } };
}
