// Figures and the chart of the last 24 hours.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { cardsOf } from '../../client/app/dashboard_cards.js';
import { amount, count, decimal, duration, ratio } from '../../client/app/figures.js';
import { hourOf, layOut, scaleFor } from '../../client/app/trend_chart.js';

test('what has no value is a dash, and nothing is 0', () => {
  for (const format of [count, ratio, amount, duration, (value) => decimal(value, 3)])
    assert.deepEqual([format(null), format(undefined)], ['–', '–']);
  assert.deepEqual([count(0), ratio(0), amount('0.00', 'USD'), duration(0)], ['0', '0.0%', '$0.00', '0.0 s']);
});

test('amounts are exact beyond what a floating number holds', () => {
  assert.equal(amount('9007199254740993.01', 'USD'), '$9,007,199,254,740,993.01');
});

test('durations', () => {
  assert.deepEqual([9.44, 59, 61, 3599, 5400, 172800 * 2].map(duration), ['9.4 s', '59 s', '1 min', '1 h 0 min', '1 h 30 min', '4 days']);
});

test('the scale holds the most, and its half is whole', () => {
  assert.deepEqual([0, 4, 5, 9, 21, 399, 400, 401].map(scaleFor), [4, 4, 8, 20, 40, 400, 400, 800]);
});

test('a bar is as high as its share of the scale', () => {
  const box = { width: 100, height: 50, left: 10, right: 10, top: 0, bottom: 10 };
  const { bars, line, ground, top } = layOut([{ count: 4, created: 0 }, { count: 1, created: 2 }], box);
  assert.deepEqual([top, ground], [4, 40]);
  assert.deepEqual(bars.map(({ y, height }) => [y, height]), [[0, 40], [30, 10]]);
  assert.deepEqual(line, [[30, 40], [70, 20]]);
  assert.equal(layOut([], box).bars.length, 0);
});

test('an hour is the office\'s', () => assert.equal(hourOf('2026-03-01T23:00:00-06:00'), '23:00'));

test('a card for what a picture has, none for what it lacks', () => {
  const quotes = { active_quotes: 2, by_state: { 'US-TX': 1, 'US-IL': 3 }, by_product: {} };
  assert.deepEqual(cardsOf({}).map((card) => card.place), []);
  const cards = cardsOf({ quotes, activity: { rates: { '5m': { 'quote.rated': 3 } } } });
  assert.deepEqual(cards.map((card) => card.place), ['quotes', 'mix', 'rates']);
  assert.deepEqual(cards[1].shares[0].rows.map((row) => row.label), ['US-IL', 'US-TX']);
});
