// What happened last, newest first, one line each.
import { clock, colourOf, element } from './dom.js';

const WHAT = {
  'quote.created': 'Quote begun', 'quote.rated': 'Premium calculated', 'quote.quoted': 'Quoted', 'quote.bound': 'Bound',
  'quote.declined': 'Declined', 'risk.scored': 'Risk scored', 'calculation.failed': 'Calculation failed',
  'field.updated': 'Field changed', 'session.joined': 'Somebody joined',
};

const entry = ({ type, timestamp, quote_id, state, product, detail }) => element('li', { className: colourOf(quote_id) },
  element('b', {}, WHAT[type] ?? type), ...(detail ? [` ${detail}`] : []),
  element('p', { className: 'sub' }, [clock(timestamp), state, product].filter(Boolean).join(', '), ' ',
    element('a', { href: `#quote=${encodeURIComponent(quote_id)}`, title: 'Opens this quote' }, `quote ${quote_id.slice(0, 8)}`)));

export const feedEntries = (feed) => feed.map((item) => ({ key: item.sequence, version: '', make: () => entry(item) }));
