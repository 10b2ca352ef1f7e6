// What a tab makes of the snapshot and of what is told after it, without a page and without a server.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { changesOf, putAt, valueAt } from '../../client/app/quote_paths.js';
import { QuoteReplica } from '../../client/app/quote_replica.js';

const ADA = { id: 'ada', name: 'Ada', role: 'agent', access: 'editor', connections: 1, focus: null };
const BEN = { id: 'ben', name: 'Ben', role: 'underwriter', access: 'editor', connections: 1, focus: { field: 'tier' } };

const snapshot = (more = {}) => ({
  type: 'session:joined', revision: 5, access: 'editor', lease_ttl_ms: 15000, users: [ADA, BEN], locked_fields: {},
  quote: { quote_id: 'q', status: 'draft', quote_data: { aoi: 100, tier: 'C', vehicles: [{ id: 'V1', year: 2019 }] } },
  ...more,
});
const updated = (field, value, revision, more = {}) =>
  ({ type: 'field:updated', field, value, revision, updated_by: 'ben', offset: revision, ...more });
const joined = (more) => {
  const replica = new QuoteReplica('ada');
  replica.apply(snapshot(more));
  return replica;
};

test('the snapshot is the state', () => {
  const replica = joined();
  assert.deepEqual([replica.value('aoi'), replica.value('vehicles/V1/year'), replica.value('nothing/here')], [100, 2019, null]);
  assert.deepEqual([...replica.users.keys()], ['ada', 'ben']);
  assert.equal(replica.access, 'editor');
});

test('events up to the revision of the snapshot are in it already', () => {
  const replica = joined();
  assert.deepEqual(replica.apply(updated('aoi', 1, 4)), []);
  assert.deepEqual(replica.apply(updated('aoi', 1, 5)), []);
  assert.equal(replica.value('aoi'), 100);
  assert.deepEqual(replica.apply(updated('aoi', 2, 6)), [{ what: 'field', field: 'aoi', by: 'ben', kind: 'edit' }]);
  assert.deepEqual([replica.value('aoi'), replica.revision], [2, 6]);
});

test('what comes before the snapshot waits for it', () => {
  const replica = new QuoteReplica('ada');
  assert.deepEqual(replica.apply(updated('aoi', 1, 5)), []);
  assert.deepEqual(replica.apply(updated('aoi', 7, 6)), []);
  replica.apply(snapshot());
  assert.deepEqual([replica.value('aoi'), replica.revision], [7, 6]);
});

test('an older value does not replace a newer one on its path, around it or inside it', () => {
  const replica = joined();
  replica.apply(updated('vehicles/V1/year', 2021, 9));
  replica.apply(updated('vehicles/V1', { id: 'V1', year: 1999, vin: 'X' }, 8));
  assert.deepEqual(replica.value('vehicles/V1'), { id: 'V1', year: 2021, vin: 'X' });
  replica.apply(updated('vehicles', [], 10));
  assert.deepEqual(replica.apply(updated('vehicles/V1/year', 2022, 9)), []);
  assert.deepEqual(replica.value('vehicles'), []);
});

test('null removes, also an element of an array', () => {
  const replica = joined();
  replica.apply(updated('tier', null, 6));
  replica.apply(updated('vehicles/V1', null, 7));
  assert.deepEqual(replica.data, { aoi: 100, vehicles: [] });
});

test('a merge patch merges elements by id and touches nothing else', () => {
  const replica = joined();
  const changes = replica.apply({ type: 'quote:patched', revision: 6, updated_by: 'ben', quote_data: {
    aoi: 200, tier: null, vehicles: [{ id: 'V1', vin: 'X' }, { id: 'V2', year: 2020, gone: null }] } });
  assert.deepEqual(replica.data, { aoi: 200, vehicles: [{ id: 'V1', year: 2019, vin: 'X' }, { id: 'V2', year: 2020 }] });
  assert.deepEqual(changes.map((change) => change.field), ['aoi', 'tier', 'vehicles/V1/id', 'vehicles/V1/vin', 'vehicles/V2']);
});

test('a refusal brings what stands, unless something newer is known', () => {
  const replica = joined();
  replica.apply(updated('aoi', 300, 8));
  assert.deepEqual(replica.apply({ type: 'field:rejected', field: 'aoi', code: 'stale', value: 250, revision: 7 }), []);
  assert.equal(replica.value('aoi'), 300);
  replica.apply({ type: 'field:rejected', field: 'aoi', code: 'stale', value: 310, revision: 9 });
  assert.equal(replica.value('aoi'), 310);
});

test('a lock of another keeps from the field, its parents and its parts; one\'s own does not', () => {
  const replica = joined({ locked_fields: { 'vehicles/V1': { user: BEN } } });
  assert.deepEqual(['vehicles', 'vehicles/V1/year', 'vehicles/V10', 'aoi'].map((field) => replica.lockAgainst(field)?.name),
    ['Ben', 'Ben', undefined, undefined]);
  replica.apply({ type: 'field:locked', field: 'aoi', lease: { token: 7 } });
  assert.equal(replica.lockAgainst('aoi'), null);
  replica.apply({ type: 'field:unlocked', field: 'vehicles/V1', user: BEN, reason: 'released' });
  assert.equal(replica.lockAgainst('vehicles'), null);
});

test('news of a lock that ended does not end the next one', () => {
  const replica = joined();
  replica.apply({ type: 'field:locked', field: 'aoi', user: BEN });
  replica.apply({ type: 'field:unlocked', field: 'aoi', user: { id: 'eve' }, reason: 'taken', by: BEN });
  assert.equal(replica.lockAgainst('aoi').id, 'ben');
});

test('people come, move and go; who left keeps his name', () => {
  const replica = joined();
  replica.apply({ type: 'user:joined', users: [{ id: 'eve', name: 'Eve' }, { id: 'uma', name: 'Uma' }] });
  replica.apply({ type: 'cursor:moved', user_id: 'eve', position: { field: 'aoi' } });
  assert.deepEqual(replica.focusOn('aoi').map((user) => user.name), ['Eve']);
  replica.apply({ type: 'user:left', user: { id: 'eve' } });
  assert.deepEqual([[...replica.users.keys()], replica.nameOf('eve'), replica.focusOn('aoi')],
    [['ada', 'ben', 'uma'], 'Eve', []]);
});

test('the premium is of the newest revision that was rated', () => {
  const replica = joined();
  replica.apply({ type: 'quote:updated', premium: { total: 2 }, revision: 7 });
  assert.deepEqual(replica.apply({ type: 'calculation:complete', premium: { total: 1 }, revision: 6 }), []);
  assert.equal(replica.premium.total, 2);
});

test('a review and comments are kept', () => {
  const replica = joined();
  replica.apply({ type: 'session:review', state: 'start', by: BEN, reason: 'roof', revision: 6, timestamp: 't' });
  assert.deepEqual(replica.review, { by: 'ben', name: 'Ben', at: 't', reason: 'roof' });
  replica.apply({ type: 'session:review', state: 'end', by: BEN, revision: 7 });
  assert.equal(replica.review, null);
  replica.apply({ type: 'comment:added', comment: { id: 'c', field: 'aoi', text: 'why?', author: BEN, resolved: false } });
  replica.apply({ type: 'comment:resolved', comment_id: 'c', resolved: true });
  assert.deepEqual(replica.commentsOn('aoi').map((comment) => comment.resolved), [true]);
});

test('after a lost connection the next snapshot is the state, whatever was there', () => {
  const replica = joined({ locked_fields: { aoi: { user: BEN } } });
  replica.apply(updated('aoi', 9, 20));
  replica.forget();
  assert.equal(replica.value('aoi'), 9, 'what is on the page stays');
  replica.apply(updated('tier', 'B', 6));
  replica.apply(snapshot());
  assert.deepEqual([replica.value('aoi'), replica.value('tier'), replica.revision], [100, 'B', 6]);
  assert.equal(replica.lockAgainst('aoi'), null);
  replica.apply(updated('aoi', 50, 7));
  assert.equal(replica.value('aoi'), 50, 'what was known before says nothing of what comes now');
});

test('the answer to a request that was applied before changes nothing', () => {
  const replica = joined();
  assert.deepEqual(replica.apply({ type: 'field:updated', field: 'aoi', value: null, revision: 6, replayed: true }), []);
  assert.equal(replica.value('aoi'), 100);
});

test('a path with a meaning of its own changes nothing', () => {
  const data = {};
  putAt(data, '__proto__/admin', true);
  assert.deepEqual([valueAt(data, 'admin'), valueAt(data, '__proto__/admin'), {}.admin], [null, null, undefined]);
  assert.deepEqual(changesOf({ a: 1 }, { b: { c: { d: 2 } } }), [['b/c/d', 2]]);
});
