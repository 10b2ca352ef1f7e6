// The page: the homeowners quote for several people at once, the dashboards, the inbox. Signs in, opens a quote, and hands on
// what the server says.
import { $ } from './dom.js';
import { connect } from './connection.js';
import { Dashboard } from './dashboard.js';
import { closeDrawer } from './drawer.js';
import { DEFAULTS } from './fields.js';
import { Editing } from './editing.js';
import { identityOf, keepToken, keptToken } from './identity.js';
import { Inbox } from './inbox.js';
import * as page from './page_view.js';
import * as premium from './premium_view.js';
import { onViews } from './views.js';

const fragment = new URLSearchParams(location.hash.slice(1));
if (fragment.has('token')) keepToken(fragment.get('token'));
let token = keptToken();
let quoteId = fragment.get('quote');
let link = null;
const editing = new Editing(page.notice);
const inbox = new Inbox({ api, people: () => [...(editing.replica?.users.values() ?? [])], unauthorized: signOut });
const dashboard = new Dashboard(signOut);
const views = onViews((isDashboardShown) => (isDashboardShown && token ? dashboard.open(token) : dashboard.close()));

// The token leaves the address bar, so that a copied address does not carry it.
const rewriteAddress = () =>
  history.replaceState(null, '', quoteId ? `#quote=${quoteId}` : location.pathname);

const refusalOf = ({ message, errors = [] }) =>
  (errors.length ? errors.map((error) => `${error.path}: ${error.message}`).join('\n') : message);

async function api(path, options = {}) {
  const response = await fetch(path, {
    ...options, headers: { ...options.headers, Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
  });
  const body = await response.json().catch(() => ({}));
  if (!response.ok)
    throw Object.assign(new Error(refusalOf(body) ?? `${path} answered ${response.status}`), { status: response.status });
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
  link?.close();
  inbox.close();
  dashboard.close();
  page.askForToken((given) => {
    token = given;
    keepToken(given);
    start();
  });
}

function start() {
  page.showWorkspace();
  inbox.open(token);
  views.show();
  if (quoteId) openQuote(); else newQuote();
}

$('new-quote').addEventListener('click', newQuote);
$('share').addEventListener('click', () => page.copyLink(`${location.origin}/#quote=${quoteId}`));
document.addEventListener('click', (event) => {
  if (!event.target.closest('a[href^="#quote="]')) return;
  closeDrawer();
  views.revealQuote();
});
addEventListener('hashchange', () => {
  const wanted = new URLSearchParams(location.hash.slice(1)).get('quote');
  if (!wanted || wanted === quoteId || !token) return;
  quoteId = wanted;
  openQuote();
});
if (token) start(); else signOut();
