// What the sections of a dashboard's picture say, as cards of figures. Types differ: what a picture lacks has no card.
import { amount, count, decimal, duration, ratio } from './figures.js';

const figure = (label, text, note = '') => ({ label, text, note });
const sorted = (object, size = Number) => Object.entries(object ?? {}).sort((a, b) => size(b[1]) - size(a[1]));
const shares = (name, object, format) => ({ name, rows: sorted(object).map(([label, value]) => ({ label, size: Number(value), text: format(value) })) });
const times = (name, { count: of, p50, p90 } = {}) => [name, duration(p50), duration(p90), count(of)];

const quotes = ({ quotes: q, activity: a }) => ({
  title: 'Quotes now',
  figures: [
    figure('active', count(q.active_quotes), 'in the last hour'), figure('in progress', count(q.in_progress), 'not answered yet'),
    figure('completed today', count(q.completed_today), 'rated for the first time'),
    figure('to first premium', duration(q.average_time_seconds), 'mean of today'),
    figure('conversion', ratio(q.conversion_rate), 'bound of submitted, 30 days'),
    figure('people', count(a?.active_users_today), 'active today'), figure('edits', count(a?.edits_today), 'today'),
    figure('ratings', count(a?.ratings_today), 'today'), figure('failures', count(a?.calculation_failures_today), 'calculations, today'),
  ],
});

const mix = ({ quotes: q }) => ({
  title: 'Completed today', shares: [shares('by state', q.by_state, count), shares('by product', q.by_product, count)],
});

const conversions = ({ conversions: c }) => ({
  title: `Conversions, ${c.window_days} days`,
  figures: [
    figure('hit ratio', ratio(c.hit_ratio), 'bound of quoted'), figure('quote ratio', ratio(c.quote_ratio), 'quoted of submitted'),
    figure('bind ratio', ratio(c.bind_ratio), 'bound of submitted'), figure('declined', ratio(c.declination_rate), 'of submitted'),
  ],
  tables: [
    { head: ['', 'created', 'rated', 'quoted', 'bound', 'declined'],
      rows: [['today', ...['created', 'rated', 'quoted', 'bound', 'declined'].map((step) => count(c.today?.[step]))]] },
    { head: ['time', 'half within', '90 % within', 'quotes'],
      rows: [times('to rate', c.time_to_rate_seconds), times('to quote', c.time_to_quote_seconds), times('to bind', c.time_to_bind_seconds)] },
  ],
  shares: c.decline_reasons ? [shares('declined because', c.decline_reasons, count)] : [],
});

const cohorts = ({ conversions: { cohorts: days } }) => ({
  title: 'By day of submission',
  tables: [{ head: ['day', 'submitted', 'hit', 'bind'],
    rows: days.map((day) => [day.day, count(day.submitted), ratio(day.hit_ratio), ratio(day.bind_ratio)]) }],
});

const revenue = ({ revenue: r }) => {
  const money = (text) => amount(text, r.currency);
  return {
    title: `Revenue, ${r.window_days} days`,
    figures: [
      figure('written today', money(r.written_premium_today), `${count(r.policies_today)} policies`),
      figure('written', money(r.written_premium), `${count(r.policies)} policies`),
      figure('annualised', money(r.annualised_premium)), figure('average', money(r.average_premium), 'a policy'),
    ],
    shares: [shares('by state', r.by_state, money), shares('by product', r.by_product, money)],
  };
};

const riskModel = ({ ai }) => ({
  title: `Risk model, ${ai.window_days} days`,
  figures: [
    figure('scored', count(ai.scored), `${count(ai.scored_today)} today`), figure('referred', ratio(ai.referral_rate)),
    figure('overridden', ratio(ai.override_rate)), figure('stability', decimal(ai.psi, 3), 'above 0.25: shifted'),
  ],
  shares: [shares('tiers', ai.tier_mix, ratio)],
});

const RATES = ['quote.created', 'quote.rated', 'calculation.failed', 'field.updated', 'session.joined'];
const rates = ({ activity: { rates: r } }) => ({
  title: 'Events',
  tables: [{ head: ['', ...Object.keys(r)], rows: [
    ...RATES.map((name) => [name, ...Object.values(r).map((window) => count(window[name]))]),
    ['failure rate', ...Object.values(r).map((window) => ratio(window.calculation_failure_rate))],
  ] }],
});

// [place on the page, what it needs, what it shows], in the order of the page.
const CARDS = [
  ['quotes', (d) => d.quotes, quotes], ['mix', (d) => d.quotes, mix], ['conversions', (d) => d.conversions, conversions],
  ['revenue', (d) => d.revenue, revenue], ['cohorts', (d) => d.conversions?.cohorts, cohorts], ['rates', (d) => d.activity?.rates, rates],
  ['ai', (d) => d.ai, riskModel],
];

export const cardsOf = (data) => CARDS.filter(([, needs]) => needs(data)).map(([place, , card]) => ({ place, ...card(data) }));
