// A short word about what just came, at the foot of the page. Several at once are one.
import { $, element } from './dom.js';

const GATHER_MS = 200;
const SHOWN_MS = 7000;
let waiting = [];
let timer = null;   // until it is shown, then until it goes

function show(opened) {
  const came = waiting;
  waiting = [];
  const [first] = came;
  const text = came.length === 1 ? [element('b', {}, first.title), element('span', {}, first.message)]
    : [element('b', {}, `${came.length} new notifications`)];
  const made = element('button', { type: 'button', className: `toast level-${came.length === 1 ? first.level : 'info'}` }, ...text);
  made.addEventListener('click', opened);
  $('toasts').replaceChildren(made);
  timer = setTimeout(() => made.remove(), SHOWN_MS);
}

export function clearToasts() {
  clearTimeout(timer);
  waiting = [];
  $('toasts').replaceChildren();
}

// opened() is called when somebody wants to see more.
export function toast(item, opened) {
  waiting.push(item);
  if (waiting.length > 1) return;
  clearTimeout(timer);
  timer = setTimeout(() => show(opened), GATHER_MS);
}
