// Questions and their final answers: each gets an id, the answer carries it as ref. Without a connection the answer is
// {type: 'lost'}, never a promise that stays open.
export class Requests {
  #send;
  #open = new Map();
  #prefix = crypto.randomUUID().slice(0, 8);
  #count = 0;

  constructor(send) { this.#send = send; }

  newId() { return `${this.#prefix}-${++this.#count}`; }

  ask(message) {
    const id = message.id ?? this.newId();
    return new Promise((answered) => {
      if (!this.#send({ ...message, id })) return answered({ type: 'lost' });
      this.#open.set(id, answered);
    });
  }

  // To be told of every message.
  hear(message) {
    const answered = this.#open.get(message.ref);
    this.#open.delete(message.ref);
    answered?.(message);
  }

  lost() {
    const open = [...this.#open.values()];
    this.#open.clear();
    for (const answered of open) answered({ type: 'lost' });
  }
}
