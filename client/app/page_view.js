// The frame of the page: signing in, the state of the connection, short notices, the messages as they came.
import { $, element } from './dom.js';

const LOG_LINES = 200;
const NOTICE_MS = 6000;
let clearing = null;

const showSignedIn = (signedIn) => {
  $('workspace').hidden = !signedIn;
  $('page-actions').hidden = !signedIn;
  $('sign-in').hidden = signedIn;
};

export function askForToken(given) {
  showSignedIn(false);
  $('token-form').onsubmit = (event) => {
    event.preventDefault();
    given($('token').value.trim());
  };
}
export const showWorkspace = () => showSignedIn(true);
export function showState(state, text) {
  $('status').dataset.state = state;
  $('status').textContent = text;
}

export function notice(text) {
  clearTimeout(clearing);
  $('notice').textContent = text;
  clearing = setTimeout(() => { $('notice').textContent = ''; }, NOTICE_MS);
}

export function logMessage(message) {
  const log = $('log');
  log.append(element('li', {}, JSON.stringify(message).slice(0, 300)));
  while (log.children.length > LOG_LINES) log.firstChild.remove();
  log.scrollTop = log.scrollHeight;
}

// A link that opens this quote for a colleague; the clipboard is not there on every page, the prompt is.
export async function copyLink(link) {
  try {
    await navigator.clipboard.writeText(link);
    notice('Link copied. Open it in another window, as another user.');
  } catch {
    prompt('The link to this quote', link);
  }
}
