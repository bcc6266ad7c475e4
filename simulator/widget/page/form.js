/**
 * Shows a page of the widget in `main`: a heading, texts, choices as buttons, and a form.
 * @param page as `viewPage` describes it
 * @param notice what went wrong on this page, or null
 * @param deeds `choose(value)` and `submit(fields, picks)`
 */
export function showPage(page, notice, deeds) {
  const main = document.getElementById('page');
  main.dataset.page = page.name;
  main.replaceChildren(
    element('h1', { textContent: page.title }),
    ...(notice === null ? [] : [element('p', { textContent: notice, className: 'notice', role: 'alert' })]),
    ...(page.text === '' ? [] : [element('p', { textContent: page.text })]),
    ...page.choices.map(({ value, label }) => choice(value, label, deeds)),
    ...(page.submit === null ? [] : [form(page, deeds)]),
  );
  main.querySelector('input, button')?.focus({ preventScroll: true });
  return main;
}

/** Sends JSON to the simulator and reads its answer. */
export async function call(path, body) {
  const response = await fetch(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error);
  return answer;
}

export function element(name, properties) {
  return Object.assign(document.createElement(name), properties);
}

function choice(value, label, { choose }) {
  const button = element('button', { type: 'button', textContent: label, className: 'choice', value });
  button.addEventListener('click', () => choose(value));
  return button;
}

function form(page, { submit }) {
  const made = element('form', { autocomplete: 'off' });
  for (const { name, label, secret } of page.fields) made.append(labelled(label, element('input', { name, type: secret ? 'password' : 'text', required: true })));
  for (const { value, label } of page.picks) made.append(labelled(label, element('input', { name: 'picks', type: 'checkbox', value }), 'pick'));
  made.append(element('button', { type: 'submit', textContent: page.submit, className: 'submit' }));
  made.addEventListener('submit', (event) => {
    event.preventDefault();
    const data = new FormData(made);
    const fields = Object.fromEntries(page.fields.map(({ name }) => [name, String(data.get(name)).trim()]));
    submit(fields, data.getAll('picks').map(String));
  });
  return made;
}

function labelled(text, input, className = 'field') {
  const label = element('label', { className });
  label.append(element('span', { textContent: text }), input);
  return label;
}
