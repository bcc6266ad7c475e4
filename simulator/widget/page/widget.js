import { call, element, showPage } from '/widget/form.js';
import { hasHost, tellHost } from '/widget/host.js';

/** How often a widget that waits for the bank's own window looks whether it goes on. */
const lookEveryMs = 700;

const query = Object.fromEntries(new URLSearchParams(location.search));
document.documentElement.dataset.theme = query.defaultTheme === 'dark' ? 'dark' : 'light';

let session = '';
let waiting;

function show(view) {
  session = view.session;
  clearTimeout(waiting);
  const deeds = {
    choose: (value) => act({ action: 'choose', value }),
    submit: (fields, picks) => act({ action: 'submit', fields, picks }),
  };
  const main = showPage(view.page, view.notice, deeds);
  if (view.page.windowUrl !== null) main.append(windowButton(view.page.windowUrl));
  if (view.page.name === 'external_window') waiting = setTimeout(look, lookEveryMs);
  for (const message of view.messages) tellHost(message);
  if (view.returnUrl !== null && !hasHost()) location.assign(view.returnUrl);
}

async function act(deed) {
  await carryOut('/widget/act', { session, ...deed }, show);
}

/** Repaints only when something happened, so that nobody loses the focus. */
async function look() {
  await carryOut('/widget/look', { session }, (view) => {
    if (view.messages.length > 0) show(view);
    else waiting = setTimeout(look, lookEveryMs);
  });
}

/** The simulator forgets who has the widget open when it is started anew. */
async function carryOut(path, body, then) {
  let view;
  try {
    view = await call(path, body);
  } catch {
    showPage({ name: 'lost', title: 'This session is over', text: 'Close the widget and open it again.', choices: [], picks: [], submit: null }, null, {});
    return;
  }
  then(view);
}

function windowButton(url) {
  const button = element('button', { type: 'button', textContent: 'Open your bank', className: 'submit' });
  button.addEventListener('click', () => window.open(url, 'bank', 'width=420,height=680'));
  return button;
}

document.getElementById('close').addEventListener('click', () => act({ action: 'close' }));
await carryOut('/widget/open', query, show);
