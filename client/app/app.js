// The homeowners quote on one page: sends each edit as quote:update, shows the progress, the premium and its trace.
import { connect } from './connection.js';
import * as view from './view.js';

const DEFAULTS = {
  product: 'home', state: 'US-TX', aoi: 215000, territory: 4, protection_class: 7, construction: 'frame', tier: 'C',
  deductible: 1000, new_home: true, claims_free_5y: true, multi_policy: false, jewelry: 10000, liability_medpay: '100/500',
};

const fragment = new URLSearchParams(location.hash.slice(1));
if (fragment.has('token')) sessionStorage.setItem('token', fragment.get('token'));
let token = sessionStorage.getItem('token');
let quoteId = fragment.get('quote');
let link = null;
let inputRev = 0;
let shown = null;   // the calculation whose progress is on the page

// The token leaves the address bar, so that a copied address does not carry it.
const rewriteAddress = () =>
  history.replaceState(null, '', quoteId ? `#quote=${quoteId}` : location.pathname);

async function api(path, options = {}) {
  const response = await fetch(path, {
    ...options, headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
  });
  const body = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(body.message ?? `${path} answered ${response.status}`);
  return body;
}

const handlers = {
  'connection:established': () => refresh(),
  'quote:patched': (m) => view.mergeForm(m.quote_data),
  'calculation:started': (m) => { shown = m.calculation_id; view.startProgress(); },
  'calculation:progress': (m) => { if (m.calculation_id === shown) view.showProgress(m); },
  'calculation:complete': (m) => showPremium(m),
  'quote:updated': (m) => showPremium(m),
  'calculation:error': (m) => view.showErrors(m.error, m.errors),
  'calculation:cancelled': () => {},
  error: (m) => view.showErrors(m.message, m.errors),
};

function showPremium(message) {
  view.showPremium(message.premium, message.revision);
  const trace = message.trace_id;
  if (trace) view.offerTrace(() => api(`/api/traces/${trace}`));
}

async function refresh() {
  const quote = await api(`/api/quotes/${quoteId}`).catch(() => null);
  if (!quote) return send({ ...DEFAULTS });   // a quote that nobody wrote yet
  view.mergeForm(quote.quote_data);
  if (quote.premium) showPremium(quote);
  else send({});
}

function send(patch) {
  inputRev += 1;
  link.send({ type: 'quote:update', id: inputRev, quote_id: quoteId, quote_data: patch, input_rev: inputRev });
}

function openQuote() {
  rewriteAddress();
  view.showQuote(quoteId);
  link?.close();
  link = connect(`/ws/quotes/${quoteId}`, token, {
    message(message) {
      view.logMessage(message);
      handlers[message.type]?.(message);
    },
    state(state, text) {
      view.showState(state, text);
      if (state === 'unauthorized') signOut();
    },
  });
}

async function newQuote() {
  try {
    quoteId = (await api('/api/quotes', { method: 'POST', body: JSON.stringify({ quote_data: DEFAULTS }) })).quote_id;
    openQuote();
  } catch (error) {
    view.showErrors(error.message);
  }
}

function signOut() {
  sessionStorage.removeItem('token');
  token = null;
  view.askForToken((given) => {
    token = given;
    sessionStorage.setItem('token', given);
    start();
  });
}

function start() {
  view.showWorkspace();
  if (quoteId) openQuote(); else newQuote();
}

view.onEdit((name, value) => send({ [name]: value }));
view.onNewQuote(() => newQuote());
view.onShare(() => navigator.clipboard.writeText(`${location.origin}/#quote=${quoteId}`));
if (token) start(); else signOut();
