// The homeowners quote on one page, for several people at once: signs in, opens a quote, and hands on what the server says.
import { $ } from './dom.js';
import { connect } from './connection.js';
import { DEFAULTS } from './fields.js';
import { Editing } from './editing.js';
import { identityOf, keepToken, keptToken } from './identity.js';
import * as page from './page_view.js';
import * as premium from './premium_view.js';

const fragment = new URLSearchParams(location.hash.slice(1));
if (fragment.has('token')) keepToken(fragment.get('token'));
let token = keptToken();
let quoteId = fragment.get('quote');
let link = null;
const editing = new Editing(page.notice);

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

const fetchTrace = async () => api(`/api/traces/${(await api(`/api/quotes/${quoteId}`)).trace_id}`);

function hear(message) {
  page.logMessage(message);
  if (message.type === 'connection:established') page.showState('connecting', 'joining…');
  if (message.type === 'session:joined') page.showState('open', 'live');
  premium.handlers[message.type]?.(message);
  editing.hear(message);
  if (message.premium || message.type === 'session:joined') premium.offerTrace(fetchTrace);
}

function openQuote() {
  rewriteAddress();
  $('quote-id').textContent = quoteId;
  link?.close();
  editing.open(quoteId, identityOf(token), (message) => link.send(message));
  link = connect(`/ws/quotes/${quoteId}`, token, {
    message: hear,
    lost: () => editing.lost(),
    state(state, text) {
      page.showState(state, text);
      if (state === 'unauthorized') signOut();
    },
  });
}

async function newQuote() {
  try {
    quoteId = (await api('/api/quotes', { method: 'POST', body: JSON.stringify({ quote_data: DEFAULTS }) })).quote_id;
    openQuote();
  } catch (error) {
    premium.showErrors(error.message);
  }
}

function signOut() {
  keepToken(null);
  token = null;
  page.askForToken((given) => {
    token = given;
    keepToken(given);
    start();
  });
}

function start() {
  page.showWorkspace();
  if (quoteId) openQuote(); else newQuote();
}

$('new-quote').addEventListener('click', newQuote);
$('share').addEventListener('click', () => page.copyLink(`${location.origin}/#quote=${quoteId}`));
addEventListener('hashchange', () => {
  const wanted = new URLSearchParams(location.hash.slice(1)).get('quote');
  if (!wanted || wanted === quoteId || !token) return;
  quoteId = wanted;
  openQuote();
});
if (token) start(); else signOut();
