// A dashboard put together from a whole picture and its changes.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { DashboardState } from '../../client/app/dashboard_state.js';
import { mergePatch } from '../../client/app/merge_patch.js';

const initial = (tick, data, alerts = []) => ({ type: 'dashboard:initial', dashboard_type: 'sales', tick, data, alerts });
const delta = (base, tick, patch) => ({ type: 'metrics:update', dashboard_type: 'sales', base, tick, delta: patch });
const alert = (id, state = 'firing', more = {}) => ({ id, state, dashboards: ['sales'], ...more });

test('a merge patch is that of RFC 7396', () => {
  for (const [stands, patch, merged] of [
    [{ a: 'b' }, { a: 'c' }, { a: 'c' }], [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }], [{ a: 'b' }, { a: null }, {}],
    [{ a: ['b'] }, { a: 'c' }, { a: 'c' }], [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
    [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }], [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
    [['a', 'b'], ['c', 'd'], ['c', 'd']], [{ a: 'b' }, ['c'], ['c']], [{ a: 'foo' }, null, null], [{ a: 'foo' }, 'bar', 'bar'],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }], [[1, 2], { a: 'b', c: null }, { a: 'b' }], [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  ]) {
    const before = structuredClone(stands);
    assert.deepEqual(mergePatch(stands, patch), merged);
    assert.deepEqual(stands, before);
  }
});

test('a member named __proto__ is a member', () => {
  const merged = mergePatch({}, JSON.parse('{"__proto__": {"hostile": true}}'));
  assert.equal(merged.hostile, undefined);
  assert.equal(Object.getPrototypeOf(merged), Object.prototype);
});

test('changes are put onto the picture they are made for', () => {
  const state = new DashboardState('sales');
  assert.deepEqual(state.apply(initial(10, { quotes: { active: 1, rate: 0.5 } })), ['picture', 'alerts']);
  assert.deepEqual(state.apply(delta(10, 12, { quotes: { active: 2, rate: null } })), ['picture']);
  assert.deepEqual(state.data, { quotes: { active: 2 } });
  assert.equal(state.tick, 12);
});

test('what is older than the picture is passed over', () => {
  const state = new DashboardState('sales');
  state.apply(initial(10, { active: 1 }));
  assert.deepEqual(state.apply(delta(8, 10, { active: 9 })), []);
  assert.deepEqual(state.data, { active: 1 });
});

test('a gap is told once, until the whole picture came', () => {
  const state = new DashboardState('sales');
  state.apply(initial(10, { active: 1 }));
  assert.deepEqual(state.apply(delta(12, 14, { active: 3 })), ['gap']);
  assert.deepEqual(state.apply(delta(14, 16, { active: 4 })), []);
  assert.deepEqual(state.data, { active: 1 });
  state.apply(initial(17, { active: 5 }));
  assert.deepEqual(state.apply(delta(17, 18, { active: 6 })), ['picture']);
  assert.deepEqual(state.apply(delta(30, 32, {})), ['gap']);
  state.lost();
  assert.deepEqual(state.apply(delta(30, 32, {})), ['gap']);
});

test('an update may be whole', () => {
  const state = new DashboardState('sales');
  state.apply(initial(10, { active: 1 }));
  assert.deepEqual(state.apply({ type: 'metrics:update', dashboard_type: 'sales', tick: 14, data: { active: 7 } }), ['picture']);
  assert.deepEqual([state.data, state.tick], [{ active: 7 }, 14]);
});

test('another dashboard\'s messages change nothing', () => {
  const state = new DashboardState('sales');
  state.apply(initial(10, { active: 1 }));
  assert.deepEqual(state.apply({ ...initial(12, { active: 2 }), dashboard_type: 'general' }), []);
  state.apply({ type: 'alerts:new', alerts: [alert('x', 'firing', { dashboards: ['operations'] })] });
  assert.deepEqual([state.data.active, state.alerts.size], [1, 0]);
});

test('open alerts are kept, those that are over go', () => {
  const state = new DashboardState('sales');
  state.apply(initial(10, {}, [alert('a')]));
  assert.deepEqual(state.apply({ type: 'alerts:new', alerts: [alert('b')] }), ['alerts']);
  state.apply({ type: 'alerts:changed', alert: alert('a', 'acked') });
  assert.deepEqual([...state.alerts.values()].map((one) => [one.id, one.state]), [['a', 'acked'], ['b', 'firing']]);
  state.apply({ type: 'alerts:changed', alert: alert('a', 'resolved') });
  assert.deepEqual([...state.alerts.keys()], ['b']);
  state.apply(initial(20, {}, []));
  assert.equal(state.alerts.size, 0);
});
