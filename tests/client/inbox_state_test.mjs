// An inbox as a tab knows it.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { InboxState } from '../../client/app/inbox_state.js';

const NOW = Date.parse('2026-02-01T12:00:00Z');
const item = (id, minute, more = {}) => ({
  id, title: id, message: '', level: 'info', timestamp: `2026-02-01T11:${minute}:00.000Z`, expires_at: '2026-03-01T00:00:00.000Z', ...more,
});
const came = (id, minute, unread) => ({ type: 'notification', notification: item(id, minute), unread });
const updated = (change, ids, unread, more = {}) => ({ type: 'notification:updated', change, ids, unread, ...more });
const ids = (state) => state.listed(NOW).map((one) => one.id);
const whats = (changes) => changes.map((change) => change.what);

test('newest first, whether it came live or by a page', () => {
  const state = new InboxState();
  state.page({ items: [item('b', 20, { read: true }), item('a', 10, { read: false })], unread: 1, after: 'x' }, true);
  state.apply(came('c', 30, 2));
  state.page({ items: [item('z', '05', { read: false })], unread: 2, after: null }, false);
  assert.deepEqual([ids(state), state.unread, state.after], [['c', 'b', 'a', 'z'], 2, null]);
});

test('one that comes again has not arrived anew', () => {
  const state = new InboxState();
  assert.deepEqual(whats(state.apply(came('a', 10, 1))), ['arrived']);
  state.apply(updated('read', ['a'], 0));
  assert.deepEqual(whats(state.apply(came('a', 10, 0))), ['changed']);
  assert.equal(state.items.get('a').read, true);
});

test('a first page forgets what is not in it, as what was replaced', () => {
  const state = new InboxState();
  state.apply(came('import 50 %', 10, 1));
  state.page({ items: [item('import 90 %', 20, { read: false })], unread: 1, after: null }, true);
  assert.deepEqual(ids(state), ['import 90 %']);
});

test('a broadcast comes without a count and is counted once', () => {
  const state = new InboxState();
  const broadcast = { type: 'system:notification', notification: item('s', 10) };
  state.apply(broadcast);
  state.apply(broadcast);
  assert.equal(state.unread, 1);
  state.apply({ type: 'notification:acked', ids: ['s'], unread: 5 });
  assert.equal(state.unread, 5);
});

test('read, dismissed and acted on elsewhere', () => {
  const state = new InboxState();
  state.page({ items: [item('a', 10), item('b', 20), item('c', 30)], unread: 3, after: null }, true);
  state.apply(updated('read', ['a', 'unheard of'], 2));
  state.apply(updated('dismiss', ['b'], 1));
  state.apply(updated('act', ['c'], 0, { action: 'yes' }));
  assert.deepEqual([ids(state), state.items.get('a').read, state.items.get('c').read, state.items.get('c').acted, state.unread],
    [['c', 'a'], true, true, 'yes', 0]);
});

test('what is snoozed is unread and arrives again', () => {
  const state = new InboxState();
  state.apply(came('a', 10, 1));
  state.apply(updated('read', ['a'], 0));
  state.apply(updated('snooze', ['a'], 1, { until: '2026-02-01T12:15:00.000Z' }));
  const snoozed = state.items.get('a');
  assert.deepEqual([snoozed.read, state.isSnoozed(snoozed, NOW), state.isSnoozed(snoozed, NOW + 16 * 60000)], [false, true, false]);
  assert.deepEqual(whats(state.apply(came('a', 10, 1))), ['arrived']);
  state.apply(updated('read', ['a'], 0));
  assert.equal(state.isSnoozed(state.items.get('a'), NOW), false);
});

test('what has expired is not listed', () => {
  const state = new InboxState();
  state.page({ items: [item('a', 10, { expires_at: '2026-02-01T11:59:59.000Z' }), item('b', 20)], unread: 2, after: null }, true);
  assert.deepEqual(ids(state), ['b']);
});
