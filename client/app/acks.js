// What this device was shown, said to the server for many at once.
const DELAY_MS = 250;
const MOST = 500;

export class Acks {
  #requests;
  #device;
  #waiting = { shown: new Set(), seen: new Set() };
  #timer = null;

  constructor(requests, device) {
    this.#requests = requests;
    this.#device = device;
  }

  // It came here.
  shown(id) { this.#add('shown', id); }
  // Somebody looked at it.
  seen(id) { this.#add('seen', id); }

  #add(kind, id) {
    this.#waiting[kind].add(id);
    this.#timer ??= setTimeout(() => this.#send(), DELAY_MS);
  }

  async #send() {
    this.#timer = null;
    for (const kind of ['shown', 'seen']) {
      const ids = [...this.#waiting[kind]];
      this.#waiting[kind].clear();
      for (let at = 0; at < ids.length; at += MOST)
        // What is lost comes again with the next connection.
        await this.#requests.ask({
          type: 'notification:ack', ids: ids.slice(at, at + MOST), device: this.#device, ...(kind === 'seen' ? { seen: true } : {}),
        });
    }
  }
}
