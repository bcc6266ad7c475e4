import type { Json } from '../json-text.ts';
import type { Stage, Visit } from './stage.ts';
import { testBanks } from './test-banks.ts';

/** What the page's script shows: it knows forms, buttons and check boxes, and nothing of banks. */
export interface PageView {
  readonly name: string;
  readonly title: string;
  readonly text: string;
  readonly fields: readonly { readonly name: string; readonly label: string; readonly secret: boolean }[];
  readonly choices: readonly { readonly value: string; readonly label: string }[];
  readonly picks: readonly { readonly value: string; readonly label: string }[];
  /** The label of the button that sends fields and picks; null for none. */
  readonly submit: string | null;
  /** A window of the bank's own to open; null for none. */
  readonly windowUrl: string | null;
}

const plain: Omit<PageView, 'name' | 'title'> = { text: '', fields: [], choices: [], picks: [], submit: null, windowUrl: null };
const answer = { name: 'answer', label: 'Your answer', secret: false };
const userAndPassword = [
  { name: 'user', label: 'User name', secret: false },
  { name: 'password', label: 'Password', secret: true },
];

/** The banks to choose from, as the widget and the embedded view list them. */
export const bankChoices = testBanks.map(({ id, name }) => ({ value: id, label: name }));

/** @param windowUrl where the person signs in at a bank that has a window of its own */
export function viewPage(stage: Stage, visit: Visit | undefined, windowUrl: string): PageView {
  const { name } = stage;
  switch (name) {
    case 'otp':
      return { ...plain, name, title: 'Welcome back', text: 'Enter the code we sent to your phone.', fields: [{ name: 'code', label: 'Code', secret: false }], submit: 'Continue' };
    case 'select_bank':
      return { ...plain, name, title: 'Select your bank', choices: [...bankChoices, { value: 'manual_link', label: 'Enter account and routing number' }] };
    case 'manual_link':
      return {
        ...plain,
        name,
        title: 'Enter your account',
        fields: [
          { name: 'routing', label: 'Routing number', secret: false },
          { name: 'account', label: 'Account number', secret: false },
        ],
        submit: 'Link account',
      };
    case 'credentials':
      return { ...plain, name, title: stage.bank.name, text: 'Sign in with your bank\'s user name and password.', fields: userAndPassword, submit: 'Sign in' };
    case 'external_window':
      return { ...plain, name, title: stage.bank.name, text: 'Continue in your bank\'s window.', windowUrl: visit?.launch.handleOAuthManually === true ? null : windowUrl };
    case 'question':
    case 'job_question':
      return { ...plain, name: 'question', title: 'Security question', text: 'What city were you born in?', fields: [answer], submit: 'Continue' };
    case 'select_account':
      return {
        ...plain,
        name,
        title: 'Select your account',
        text: stage.scenario.accountTypes.length > 1 ? 'Select one or more accounts.' : 'Select one account.',
        picks: stage.accountTypes.map((type, index) => ({ value: String(index), label: `${index + 1}. ${capitalised(type)}` })),
        submit: 'Continue',
      };
    case 'error':
      return {
        ...plain,
        name,
        title: 'That did not work',
        text: stage.error.message,
        choices: visit === undefined || visit.launch.handleMfa ? [] : [{ value: 'again', label: 'Try again' }],
      };
    case 'success':
      return { ...plain, name, title: 'Done', text: 'Your bank is connected. You can close this window.' };
    case 'closed':
      return { ...plain, name, title: 'Closed', text: 'You can close this window.' };
  }
}

/** What the page tells its host when it shows a page; `onLoadApi` is the bank's own window where there is one. */
export function loadedMessage(stage: Stage, windowUrl: string): { readonly type: 'widgetPageLoaded'; readonly payload: Json } {
  const external = stage.name === 'external_window';
  const pageTitle = external ? 'launchExternalWindow' : (pageTitles[stage.name] ?? stage.name);
  return { type: 'widgetPageLoaded', payload: { pageTitle, onLoadApi: external ? windowUrl : '' } };
}

const pageTitles: Readonly<Partial<Record<Stage['name'], string>>> = {
  select_bank: 'selectBank',
  manual_link: 'manualLink',
  question: 'mfa',
  job_question: 'mfa',
  select_account: 'selectAccount',
};

function capitalised(type: string): string {
  return `${type.slice(0, 1).toUpperCase()}${type.slice(1).toLowerCase()}`;
}
