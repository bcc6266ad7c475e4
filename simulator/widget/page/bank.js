import { call, showPage } from '/widget/form.js';

const key = new URLSearchParams(location.search).get('key') ?? '';
const fields = [
  { name: 'user', label: 'User name', secret: false },
  { name: 'password', label: 'Password', secret: true },
];
const consent = 'By signing in you let Aerosync read your accounts.';
const page = { name: 'bank', title: 'Sign in to your bank', text: consent, fields, choices: [], picks: [], submit: 'Sign in and agree' };
const done = { ...page, name: 'bank_done', title: 'Thank you', text: 'You can close this window.', fields: [], submit: null };
const over = { ...done, title: 'This window is no longer needed', text: 'Go back to the app and start again.' };

async function signIn(typed) {
  let outcome;
  try {
    outcome = await call('/widget/sign-in', { key, fields: typed });
  } catch {
    showPage(over, null, {});
    return;
  }
  if (outcome.notice !== null) {
    showPage(page, outcome.notice, { submit: signIn });
    return;
  }
  showPage(done, null, {});
  // A system browser has no window that opened this one: there the app is reached by its deep link.
  if (window.opener === null && outcome.returnUrl !== null) location.assign(outcome.returnUrl);
  else window.close();
}

showPage(page, null, { submit: signIn });
