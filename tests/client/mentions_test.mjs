// Who is mentioned in a comment.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { mentionsIn } from '../../client/app/mentions.js';

const NAMES = new Map([['a', 'Ann'], ['l', 'Ann Lee'], ['z', 'Zoë'], ['n', '']]);

test('a name is mentioned whole, in any case, once', () => {
  for (const [text, ids] of [
    ['@Ann look', ['a']], ['see @ann, @ANN.', ['a']], ['@Ann Lee look', ['l']], ['@Anna look', []], ['Ann look', []], ['@ Ann', []],
    ['@Zoë and @Ann', ['z', 'a']], ['mail@Ann', ['a']], ['@', []], ['', []],
  ]) assert.deepEqual(mentionsIn(text, NAMES), ids, text);
});
