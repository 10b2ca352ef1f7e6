// What happened to the quote, newest first, in pages.
import { $, clock, colourOf, element, shown } from './dom.js';
import { isOpen, openDrawer } from './drawer.js';
import { labelOf } from './fields.js';

const PAGE = 30;
const VERB = { undo: 'undid', redo: 'did again', update: 'updated', restore: 'restored', create: 'began the quote' };

const line = (change) => element('li', {}, element('b', {}, labelOf(change.field)), ' ',
  element('del', {}, shown(change.from)), ' → ', element('ins', {}, shown(change.to)));

const entry = (item, nameOf) => element('li', { className: colourOf(item.user) },
  element('p', { className: 'sub' }, `${nameOf(item.user)}${VERB[item.kind] ? ` ${VERB[item.kind]}` : ''}, ${clock(item.at)}, `
    + `revision ${item.revision}${item.reason ? `: ${item.reason}` : ''}`),
  element('ul', {}, ...item.changes.map(line)));

export class HistoryView {
  #ask;
  #nameOf;
  #before = null;

  constructor(ask, nameOf) {
    this.#ask = ask;
    this.#nameOf = nameOf;
    $('history').addEventListener('click', () => { openDrawer('history', 'History'); this.#load(false); });
    $('history-more').addEventListener('click', () => this.#load(true));
  }

  // Something was changed: an open drawer shows it.
  refresh() { if (isOpen('history')) this.#load(false); }

  async #load(more) {
    const page = await this.#ask({ type: 'session:history', limit: PAGE, ...(more && this.#before ? { before: this.#before } : {}) });
    if (page.type !== 'session:history') return;
    const entries = page.items.map((item) => entry(item, this.#nameOf));
    if (more) $('history-list').append(...entries); else $('history-list').replaceChildren(...entries);
    this.#before = page.before;
    $('history-more').hidden = !page.before;
  }
}
