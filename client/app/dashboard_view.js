// A dashboard's picture on the page. A card is drawn anew only when it says something else; a figure that moved is marked.
import { $, element, svg } from './dom.js';
import { cardsOf } from './dashboard_cards.js';
import { feedEntries } from './feed_view.js';
import { KeyedList } from './keyed_list.js';
import { trendChart } from './trend_chart.js';

const figureBox = ({ label, text, note }, moved) => element('div', { className: moved ? 'figure flash' : 'figure' },
  element('dt', {}, label), element('dd', {}, text), element('small', {}, note));

const bar = (size, most) => svg('svg', { class: 'bar-line', viewBox: '0 0 100 6', preserveAspectRatio: 'none', 'aria-hidden': 'true' },
  svg('rect', { width: most > 0 ? (size / most) * 100 : 0, height: 6 }));

function shareTable({ name, rows }) {
  const most = Math.max(...rows.map((row) => row.size), 0);
  const body = rows.map(({ label, size, text }) => element('tr', {}, element('td', {}, label),
    element('td', { className: 'bar-cell' }, bar(size, most)), element('td', { className: 'number' }, text)));
  return element('div', {}, element('h3', {}, name),
    rows.length ? element('table', { className: 'shares' }, ...body) : element('p', { className: 'sub' }, 'none yet'));
}

const line = (cells, name) => element('tr', {}, ...cells.map((text, n) => element(name, { className: n ? 'number' : '' }, text)));
const plainTable = ({ head, rows }) => element('div', { className: 'scroll' }, element('table', {}, line(head, 'th'), ...rows.map((row) => line(row, 'td'))));

function cardBox({ place, title, figures = [], tables = [], shares = [] }, before) {
  const known = new Map((before?.figures ?? []).map((one) => [one.label, one.text]));
  const moved = ({ label, text }) => known.has(label) && known.get(label) !== text;
  return element('section', { className: `card card-${place}` }, element('h2', {}, title),
    ...(figures.length ? [element('dl', { className: 'figures' }, ...figures.map((one) => figureBox(one, moved(one))))] : []),
    ...tables.filter((table) => table.rows.length).map(plainTable),
    ...(shares.length ? [element('div', { className: 'columns' }, ...shares.map(shareTable))] : []));
}

const trendBox = (points) => element('section', { className: 'card card-trend' }, element('h2', {}, 'The last 24 hours'), trendChart(points));

export class DashboardView {
  #cards = new KeyedList($('dashboard-cards'));
  #feed = new KeyedList($('feed-list'));
  #before = new Map();   // place → the card as it was shown

  show(data) {
    const cards = cardsOf(data);
    const items = cards.map((card) => ({ key: card.place, version: JSON.stringify(card), make: () => cardBox(card, this.#before.get(card.place)) }));
    const trend = data.quotes?.hourly_trend;
    if (trend) items.splice(1, 0, { key: 'trend', version: JSON.stringify(trend), make: () => trendBox(trend) });
    this.#cards.show(items);
    this.#before = new Map(cards.map((card) => [card.place, card]));
    this.#feed.show(feedEntries(data.activity?.feed ?? []));
    $('feed-none').hidden = Boolean(data.activity?.feed?.length);
  }

  // Of another dashboard nothing has moved.
  forget() {
    this.#before.clear();
    this.#cards.show([]);
    this.#feed.show([]);
  }
}
