// My edits on their way, with a server that answers when the test says so.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Edits } from '../../client/app/edits.js';
import { Requests } from '../../client/app/requests.js';

function desk() {
  const sent = [];
  const settled = [];
  const line = { open: true };
  const requests = new Requests((message) => line.open && sent.push(message) > 0);
  const edits = new Edits(requests, {
    tokenOn: (field) => (field === 'held' ? 7 : 0),
    settled: (field, answer, value) => settled.push([field, answer.type, value]),
  });
  const answer = async (n, message) => {
    requests.hear({ ref: sent[n].id, ...message });
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { sent, settled, line, requests, edits, answer };
}
const bare = ({ id, ...message }) => message;

test('an edit says its base and the lease that is held', () => {
  const { sent, edits } = desk();
  edits.change('aoi', 1, 5);
  edits.change('held', 2, 6);
  assert.deepEqual(sent.map(bare), [{ type: 'field:update', field: 'aoi', value: 1, base_revision: 5 },
    { type: 'field:update', field: 'held', value: 2, base_revision: 6, lease_token: 7 }]);
});

test('one edit of a field is under way at a time, and the newest value goes next on the answer\'s revision', async () => {
  const { sent, settled, edits, answer } = desk();
  for (const value of [1, 2, 3]) edits.change('aoi', value, 5);
  assert.equal(sent.length, 1);
  await answer(0, { type: 'field:updated', revision: 9 });
  assert.deepEqual([sent[1].value, sent[1].base_revision, settled], [3, 9, []]);
  assert.notEqual(sent[0].id, sent[1].id);
  await answer(1, { type: 'field:updated', revision: 10 });
  assert.deepEqual([sent.length, settled], [2, [['aoi', 'field:updated', 3]]]);
});

test('a refusal ends it, with what waited behind', async () => {
  const { sent, settled, edits, answer } = desk();
  edits.change('aoi', 1, 5);
  edits.change('aoi', 2, 5);
  await answer(0, { type: 'field:rejected', code: 'locked' });
  assert.deepEqual([sent.length, settled, edits.isUnderway('aoi')], [1, [['aoi', 'field:rejected', 1]], false]);
});

test('what a lost connection took is sent again, the same request on the same base', async () => {
  const { sent, settled, line, requests, edits, answer } = desk();
  edits.change('aoi', 1, 5);
  requests.lost();
  line.open = false;
  edits.change('tier', 'A', 6);
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual([settled, sent.length], [[], 1]);
  line.open = true;
  edits.sendAgain();
  edits.sendAgain();
  assert.deepEqual(sent.map((m) => [m.field, m.base_revision]), [['aoi', 5], ['aoi', 5], ['tier', 6]]);
  assert.equal(sent[0].id, sent[1].id);
  await answer(1, { type: 'field:updated', revision: 7 });
  assert.deepEqual(settled, [['aoi', 'field:updated', 1]]);
});

test('a field is quiet when its edit is answered', async () => {
  const { edits, answer } = desk();
  await edits.quiet('aoi');
  edits.change('aoi', 1, 5);
  let quiet = false;
  edits.quiet('aoi').then(() => { quiet = true; });
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(quiet, false);
  await answer(0, { type: 'field:updated', revision: 6 });
  assert.equal(quiet, true);
});
