// The last 24 hours as a chart: a bar for what was rated in each hour, a line for what was created.
import { element, svg } from './dom.js';
import { count as grouped } from './figures.js';

const BOX = { width: 480, height: 150, left: 30, right: 10, top: 10, bottom: 20 };
const LABEL_EVERY = 6;

// The lowest of 4, 8, 20, 40, 80, … that holds them all: halves and quarters of it are whole, and it seldom changes.
export function scaleFor(most) {
  for (let ten = 4; ; ten *= 10) for (const top of [ten, 2 * ten, 5 * ten]) if (top >= most) return top;
}

// Where everything stands, in the units of the view box.
export function layOut(points, box = BOX) {
  const top = scaleFor(Math.max(0, ...points.flatMap((point) => [point.count, point.created ?? 0])));
  const step = (box.width - box.left - box.right) / Math.max(1, points.length);
  const ground = box.height - box.bottom;
  const y = (value) => ground - (value / top) * (ground - box.top);
  return {
    top, ground, y,
    bars: points.map((point, n) => ({
      x: box.left + n * step + step * 0.15, width: step * 0.7, y: y(point.count), height: ground - y(point.count), point,
    })),
    line: points.map((point, n) => [box.left + (n + 0.5) * step, y(point.created ?? 0)]),
  };
}

// The hour is the office's, as it is written; the browser may be elsewhere.
export const hourOf = (text) => text.slice(11, 16);

const describe = ({ hour, count, created = 0, quoted = 0, bound = 0 }) =>
  `${hourOf(hour)}: ${created} created, ${count} rated, ${quoted} quoted, ${bound} bound`;

const round = (value) => value.toFixed(1);

export function trendChart(points) {
  const { top, ground, y, bars, line } = layOut(points);
  const rule = (value) => svg('g', { class: 'rule' },
    svg('line', { x1: BOX.left, x2: BOX.width - BOX.right, y1: round(y(value)), y2: round(y(value)) }),
    svg('text', { x: BOX.left - 5, y: round(y(value) + 3.5), 'text-anchor': 'end' }, String(value)));
  const bar = ({ x, width, y: at, height, point }) => svg('rect', { x: round(x), y: round(at), width: round(width), height: round(height) },
    svg('title', {}, describe(point)));
  // The label of the hour of now is the last one: the others stand in whole steps before it.
  const labels = bars.filter((_, n) => (bars.length - 1 - n) % LABEL_EVERY === 0).map(({ x, width, point }) =>
    svg('text', { x: round(x + width / 2), y: BOX.height - 5, 'text-anchor': 'middle' }, hourOf(point.hour)));
  const sum = (name) => grouped(points.reduce((all, point) => all + (point[name] ?? 0), 0));
  return element('figure', { className: 'trend' },
    svg('svg', { viewBox: `0 0 ${BOX.width} ${BOX.height}`, role: 'img', 'aria-label': `The last 24 hours: ${sum('created')} created, ${sum('count')} rated` },
      rule(0), rule(top / 2), rule(top), svg('g', { class: 'bars' }, ...bars.map(bar)),
      svg('polyline', { class: 'line', points: line.map(([x, at]) => `${round(x)},${round(at)}`).join(' ') }),
      svg('line', { class: 'ground', x1: BOX.left, x2: BOX.width - BOX.right, y1: ground, y2: ground }), ...labels),
    element('figcaption', { className: 'sub' }, element('span', { className: 'key bars' }), `${sum('count')} rated `,
      element('span', { className: 'key line' }), `${sum('created')} created, ${sum('quoted')} quoted, ${sum('bound')} bound`));
}
