// What a notification may do to the page: where it leads, and whether it is told now.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { targetOf } from '../../client/app/notification_target.js';
import { holdsBack, isQuiet, topicsIn } from '../../client/app/preferences.js';

const HERE = 'https://tidegate.example/';
const QUOTE = '8a1f6a0e-0f5e-4b57-9a5e-3d0a5b6f1c01';

test('an action leads to a quote or a page, and nothing else', () => {
  assert.deepEqual(targetOf({ quote_id: QUOTE, field: 'aoi' }, HERE), { quote: QUOTE });
  assert.deepEqual(targetOf('/claims/17', HERE), { link: 'https://tidegate.example/claims/17' });
  assert.deepEqual(targetOf('http://other.example/x', HERE), { link: 'http://other.example/x' });
  for (const hostile of ['javascript:alert(1)', ' javascript:alert(1)', 'JaVaScRiPt:alert(1)', 'data:text/html,x', 'vbscript:x', 'http://[',
    'approve', '', null, undefined, 7, {}, { quote_id: 'x' }, { quote_id: `${QUOTE}"><script>` }, { quote_id: [QUOTE, 'x'] }])
    assert.equal(targetOf(hostile, HERE), null);
});

const at = (time) => Date.parse(`2026-07-01T${time}:00Z`);

test('quiet hours are in their zone, and may go over midnight', () => {
  const night = { from: '22:00', to: '07:00', zone: 'America/Chicago' };   // UTC-5 in July
  for (const [time, quiet] of [['02:59', false], ['03:00', true], ['11:59', true], ['12:00', false]])
    assert.equal(isQuiet(night, at(time)), quiet, time);
  const noon = { from: '12:00', to: '13:00', zone: 'UTC' };
  assert.deepEqual(['11:59', '12:00', '12:59', '13:00'].map((time) => isQuiet(noon, at(time))), [false, true, true, false]);
  assert.equal(isQuiet(null, at('12:00')), false);
  assert.equal(isQuiet({ ...noon, zone: 'No/Where' }, at('12:00')), false);
});

test('level, topic and quiet hours hold back, critical never', () => {
  const preferences = { min_level: 'warning', muted_topics: ['marketing'], quiet_hours: { from: '12:00', to: '13:00', zone: 'UTC' } };
  const held = (notification, time) => holdsBack(preferences, notification, at(time));
  assert.equal(held({ level: 'info' }, '14:00'), true);
  assert.equal(held({ level: 'error', topic: 'marketing' }, '14:00'), true);
  assert.equal(held({ level: 'error', topic: 'claims' }, '14:00'), false);
  assert.equal(held({ level: 'error' }, '12:30'), true);
  assert.equal(held({ level: 'critical', topic: 'marketing' }, '12:30'), false);
  assert.equal(holdsBack(null, { level: 'info' }, at('12:30')), false);
});

test('topics are a list with commas between, each once', () => {
  assert.deepEqual(topicsIn(' a, b,, a ,c d '), ['a', 'b', 'c d']);
  assert.deepEqual(topicsIn(''), []);
});
