// A list on the page whose entries stay the same elements while what they show is the same: focus and an open choice survive.
export class KeyedList {
  #entries = new Map();   // key → {version, node}

  constructor(list) { this.list = list; }

  // items: [{key, version, make}]; make() is called for what is new or has another version.
  show(items) {
    const wanted = new Map();
    for (const { key, version, make } of items) {
      const known = this.#entries.get(key);
      wanted.set(key, known?.version === version ? known : { version, node: make() });
    }
    this.#entries = wanted;
    const nodes = [...wanted.values()].map((entry) => entry.node);
    for (const node of [...this.list.children]) if (!nodes.includes(node)) node.remove();
    nodes.forEach((node, n) => { if (this.list.children[n] !== node) this.list.insertBefore(node, this.list.children[n] ?? null); });
  }
}
