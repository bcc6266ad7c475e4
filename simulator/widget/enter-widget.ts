import { undashed } from '../identifiers.ts';
import type { Connection } from '../bank/connections.ts';
import { usualOtpConfigurationId } from '../merchants.ts';
import type { Simulation } from '../simulation.ts';
import type { Launch } from './launch.ts';
import type { Stage, Visit } from './stage.ts';
import { testBankNamed, testBankWithId, type TestBank } from './test-banks.ts';
import { errors, type WidgetError } from './widget-error.ts';

/** Who comes in and the first page they see; without a visit it is the error page. */
export function enterWidget(simulation: Simulation, launch: Launch): { readonly visit: Visit | undefined; readonly stage: Stage } {
  const reading = simulation.tokens.read(`Bearer ${launch.token}`);
  if (reading.state !== 'valid' || reading.use.kind !== 'aerosync_widget') return refuse(errors.token);
  const { merchant, personId } = reading.use;
  const person = simulation.people.withId(personId);
  if (person === undefined) return refuse(errors.token);
  if (launch.aeroPassUserUuid !== undefined && launch.aeroPassUserUuid.toLowerCase() !== person.id) return refuse(errors.otherPerson);

  const visit = { merchant, person, launch, renews: undefined };
  if (launch.handleMfa) return { visit, stage: askForJob(simulation, visit) };
  if (launch.connectionId === undefined) return { visit, stage: firstPage(simulation, visit) };
  const renews = connectionOf(simulation, visit);
  const bank = renews === undefined ? undefined : testBankNamed(renews.bankName);
  return bank === undefined ? refuse(errors.notFound) : { visit: { ...visit, renews }, stage: signInAt(bank) };
}

/** The page on which a person signs in at a bank. */
export function signInAt(bank: TestBank): Stage {
  return { name: bank.external ? 'external_window' : 'credentials', bank };
}

function refuse(error: WidgetError): { readonly visit: undefined; readonly stage: Stage } {
  return { visit: undefined, stage: { name: 'error', error } };
}

/** The question of a job that waits, for `handleMFA`. */
function askForJob(simulation: Simulation, visit: Visit): Stage {
  const { jobId, connectionId } = visit.launch;
  if (jobId === undefined || connectionId === undefined) return { name: 'error', error: errors.mfaIds };
  const connection = connectionOf(simulation, visit);
  const job = simulation.jobs.withId(jobId);
  if (connection === undefined || job?.connection !== connection) return { name: 'error', error: errors.notFound };
  if (job.state === 'pending_mfa') return { name: 'job_question', job };
  return { name: 'error', error: job.state === 'failed' ? errors.timeout : errors.nothingAsked };
}

function firstPage({ merchants, connections }: Simulation, { merchant, person, launch }: Visit): Stage {
  if (launch.manualLinkOnly) return { name: 'manual_link' };
  const designated = merchants.named(merchant)?.otpConfigurationId ?? usualOtpConfigurationId;
  if (launch.configurationId === designated && connections.linkedBy(person.id)) return { name: 'otp' };
  const bank = testBankWithId(launch.stateCode);
  return bank === undefined ? { name: 'select_bank' } : signInAt(bank);
}

function connectionOf({ connections }: Simulation, { merchant, person, launch }: Visit): Connection | undefined {
  const connection = connections.withId(undashed(launch.connectionId ?? '') ?? '');
  return connection?.merchant === merchant && connection.personId === person.id ? connection : undefined;
}
