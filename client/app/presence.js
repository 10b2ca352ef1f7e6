// Where I am: tells the others which field has my focus, at most ten times a second and the last one always.
const INTERVAL_MS = 100;

export class Presence {
  #send;
  #field = null;
  #timer = null;

  constructor(send) { this.#send = send; }

  at(field) {
    this.#field = field;
    this.#timer ??= setTimeout(() => { this.#timer = null; this.tell(); }, INTERVAL_MS);
  }

  // A sign of life as well: it keeps my locks.
  tell() { this.#send({ type: 'cursor:move', position: this.#field ? { field: this.#field } : {} }); }
}
