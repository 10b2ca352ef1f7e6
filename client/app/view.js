// Everything that touches the page. Texts of the server are put in as text, never as markup.
const $ = (id) => document.getElementById(id);
const form = $('quote');
const money = new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD' });
const LOG_LINES = 200;

const element = (name, text, className) => {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  return made;
};

// A column is aligned as a number when its first value is one.
function fillTable(table, rows, head) {
  const texts = rows.map((row) => row.map(String));
  const isNumber = (texts[0] ?? []).map((text) => /^[-−$0-9]/.test(text));
  const line = (cells, name) => {
    const row = element('tr');
    row.append(...cells.map((text, column) => element(name, text, isNumber[column] ? 'number' : '')));
    return row;
  };
  table.replaceChildren(...(head ? [line(head, 'th')] : []), ...texts.map((cells) => line(cells, 'td')));
}

const valueOf = (field) => {
  if (field.type === 'checkbox') return field.checked;
  if (field.value === '') return null;
  return field.dataset.type === 'integer' ? Number(field.value) : field.value;
};

export function onEdit(edited) {
  form.addEventListener('submit', (event) => event.preventDefault());
  form.addEventListener('change', (event) => edited(event.target.name, valueOf(event.target)));
}
export const onNewQuote = (wanted) => $('new-quote').addEventListener('click', wanted);
export const onShare = (wanted) => $('share').addEventListener('click', wanted);

export function askForToken(given) {
  $('workspace').hidden = true;
  $('sign-in').hidden = false;
  $('token-form').onsubmit = (event) => {
    event.preventDefault();
    given($('token').value.trim());
  };
}
export function showWorkspace() {
  $('sign-in').hidden = true;
  $('workspace').hidden = false;
}
export function showState(state, text) {
  $('status').dataset.state = state;
  $('status').textContent = text;
}
export function showQuote(id) {
  $('quote-id').textContent = id;
  $('total').textContent = '–';
}

export function mergeForm(data) {
  for (const [name, value] of Object.entries(data ?? {})) {
    const field = form.elements.namedItem(name);
    if (!field || field === document.activeElement) continue;   // what somebody is typing stays
    if (field.type === 'checkbox') field.checked = value === true;
    else field.value = value ?? '';
  }
}

export function startProgress() {
  $('progress').value = 0;
  $('progress-text').textContent = 'Calculating…';
  $('steps').replaceChildren();
  $('field-errors').textContent = '';
  for (const field of form.elements) field.removeAttribute('aria-invalid');
}
export function showProgress({ step, percentage, message, detail }) {
  $('progress').value = percentage;
  $('progress-text').textContent = message;
  const line = element('li', step);
  if (detail?.elapsed_us !== undefined) line.append(element('small', `${detail.elapsed_us} µs`));
  $('steps').append(line);
}

export function showPremium(premium, revision) {
  $('progress').value = 100;
  $('total').textContent = money.format(premium.total);
  $('monthly').textContent = `or ${money.format(premium.monthly)} a month`;
  $('rated-by').textContent = `revision ${revision}`;
  fillTable($('factors'), Object.entries(premium.factors));
  fillTable($('discounts'), premium.discounts.map((d) => [d.name, `${d.percentage} %`, `−${money.format(d.amount)}`]));
  const instalments = premium.installments ?? [];
  fillTable($('installments'), instalments.map((i, n) => [`${n + 1}`, money.format(i.amount ?? i)]));
}

export function showErrors(message, errors = []) {
  $('progress-text').textContent = '';
  $('field-errors').textContent = (errors.length ? errors.map((e) => e.message) : [message]).join('\n');
  for (const { path } of errors) form.elements.namedItem(path)?.setAttribute('aria-invalid', 'true');
}

export function offerTrace(fetchTrace) {
  const box = $('trace-box');
  const show = async () => {
    const trace = await fetchTrace();
    fillTable($('trace'),
      trace.steps.map((s) => [s.seq, s.step, s.op, s.operand ?? '', s.before ?? '', s.exact ?? '', s.after]),
      ['#', 'step', 'op', 'operand', 'before', 'exact', 'after']);
  };
  box.ontoggle = () => { if (box.open) show(); };
  if (box.open) show();
}

export function logMessage(message) {
  const log = $('log');
  log.append(element('li', JSON.stringify(message).slice(0, 300)));
  while (log.children.length > LOG_LINES) log.firstChild.remove();
  log.scrollTop = log.scrollHeight;
}
