// The premium, the steps on the way to it, and the trace of the calculation.
import { $, element } from './dom.js';

const money = new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD' });
let shown = null;   // the calculation whose progress is on the page

// A column is aligned as a number when its first value is one.
function fillTable(table, rows, head) {
  const texts = rows.map((row) => row.map(String));
  const isNumber = (texts[0] ?? []).map((text) => /^[-−$0-9]/.test(text));
  const line = (cells, name) => element('tr', {},
    ...cells.map((text, column) => element(name, { className: isNumber[column] ? 'number' : '' }, text)));
  table.replaceChildren(...(head ? [line(head, 'th')] : []), ...texts.map((cells) => line(cells, 'td')));
}

export const handlers = {
  'calculation:started': ({ calculation_id }) => {
    shown = calculation_id;
    $('progress').value = 0;
    $('progress-text').textContent = 'Calculating…';
    $('steps').replaceChildren();
    $('calculation-errors').textContent = '';
  },
  'calculation:progress': ({ calculation_id, step, percentage, message, detail }) => {
    if (calculation_id !== shown) return;
    $('progress').value = percentage;
    $('progress-text').textContent = message;
    const took = detail?.elapsed_us === undefined ? [] : [element('small', {}, `${detail.elapsed_us} µs`)];
    $('steps').append(element('li', {}, step, ...took));
  },
  'calculation:error': ({ error, errors = [] }) => showErrors(error, errors),
};

export function showErrors(message, errors = []) {
  $('progress-text').textContent = '';
  $('calculation-errors').textContent = (errors.length ? errors.map((e) => e.message) : [message]).join('\n');
}

export function showPremium(premium, revision) {
  $('progress').value = premium ? 100 : 0;
  $('total').textContent = premium ? money.format(premium.total) : '–';
  $('monthly').textContent = premium ? `or ${money.format(premium.monthly)} a month` : '';
  $('rated-by').textContent = premium && revision ? `revision ${revision}` : '';
  fillTable($('factors'), Object.entries(premium?.factors ?? {}));
  fillTable($('discounts'), (premium?.discounts ?? []).map((d) => [d.name, `${d.percentage} %`, `−${money.format(d.amount)}`]));
  const instalments = premium?.installments ?? [];
  fillTable($('installments'), instalments.map((i, n) => [`${n + 1}`, money.format(i.amount ?? i)]));
}

// fetchTrace() is asked when somebody opens the box, and again when the premium changed while it is open.
export function offerTrace(fetchTrace) {
  const box = $('trace-box');
  const show = async () => {
    const trace = await fetchTrace().catch(() => null);
    const row = (s) => [s.seq, s.step, s.op, s.operand ?? '', s.before ?? '', s.exact ?? '', s.after];
    fillTable($('trace'), (trace?.steps ?? []).map(row), ['#', 'step', 'op', 'operand', 'before', 'exact', 'after']);
  };
  box.ontoggle = () => { if (box.open) show(); };
  if (box.open) show();
}
