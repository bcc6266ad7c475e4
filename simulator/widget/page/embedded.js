import { element } from '/widget/form.js';
import { tellHost } from '/widget/host.js';

const main = document.getElementById('page');
const theme = (name) => (document.documentElement.dataset.theme = name === 'dark' ? 'dark' : 'light');
theme(new URLSearchParams(location.search).get('defaultTheme'));

const response = await fetch('/widget/banks');
const { banks } = await response.json();
main.replaceChildren(
  element('h1', { textContent: 'Choose your bank' }),
  ...banks.map(({ value, label }) => {
    const button = element('button', { type: 'button', textContent: label, className: 'choice', value });
    button.addEventListener('click', () => tellHost({ type: 'widgetBankClick', payload: { type: 'bank', stateCode: value } }));
    return button;
  }),
);

/** The host speaks to this view in objects, not in texts. */
window.addEventListener('message', ({ data }) => {
  if (data?.type !== 'embeddedView') return;
  if (data.payload.name === 'onToggleTheme') theme(data.payload.theme);
  if (data.payload.name === 'onSuccess') main.replaceChildren(element('h1', { textContent: 'Your bank is connected' }));
});
