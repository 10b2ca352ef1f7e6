// My lock on the field that has my focus: asked for on focus, kept while I am there and not idle, released on blur when my
// edit of it is answered.
const IDLE_MS = 120000;   // who went for lunch does not keep a field from the others

export class Locks {
  #requests;
  #quiet;
  #refused;
  #sign;
  #wanted = null;
  #tokens = new Map();
  #asked = new Set();
  #lastInput = 0;
  #timer = null;

  // quiet(field): resolves when no edit is under way; refused(field, error); sign(): sends a sign of life.
  constructor(requests, { quiet, refused, sign }) {
    this.#requests = requests;
    this.#quiet = quiet;
    this.#refused = refused;
    this.#sign = sign;
  }

  tokenOn(field) { return this.#tokens.get(field) ?? 0; }

  focus(field) {
    this.#wanted = field;
    return this.#lock(field);
  }
  takeOver(field) {
    this.#wanted = field;
    return this.#lock(field, { take_over: true });
  }

  async blur(field) {
    if (this.#wanted === field) this.#wanted = null;
    await this.#quiet(field);
    if (this.#wanted === field || !this.#tokens.delete(field)) return;
    this.#requests.ask({ type: 'field:unlock', field });
  }

  // Something was typed: I am not idle, and a lock that ran out is wanted again.
  input(field) {
    this.#lastInput = Date.now();
    if (this.#wanted === field && !this.#tokens.has(field) && !this.#asked.has(field)) this.#lock(field);
  }

  // Told by the server: this lock is mine no longer.
  ended(field) { return this.#tokens.delete(field); }

  rejoin(ttlMs) {
    this.#tokens.clear();
    clearInterval(this.#timer);
    this.#timer = setInterval(() => this.#renew(), ttlMs / 3);
    if (this.#wanted) this.#lock(this.#wanted);
  }

  #renew() {
    if (this.#tokens.size && Date.now() - this.#lastInput < IDLE_MS) this.#sign();
  }

  async #lock(field, more = {}) {
    this.#lastInput = Date.now();
    this.#asked.add(field);
    const answer = await this.#requests.ask({ type: 'field:lock', field, ...more });
    this.#asked.delete(field);
    if (answer.type === 'lost') return false;   // asked again by rejoin()
    if (answer.type !== 'field:locked') {
      this.#refused(field, answer);
      return false;
    }
    this.#tokens.set(field, answer.lease.token);
    if (this.#wanted !== field) this.blur(field);   // gone before the answer came
    return true;
  }
}
