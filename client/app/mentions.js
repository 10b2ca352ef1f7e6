// Who is mentioned in a text: `@` and a name of somebody known, whole and in any case. Pure.
const isInName = (letter) => letter !== undefined && /[\p{L}\p{N}_]/u.test(letter);

// names: [[id, name]]; answers with ids. Of `@Ann Lee` and `@Ann` the longer name is meant.
export function mentionsIn(text, names) {
  const known = [...names].filter(([, name]) => name).sort((a, b) => b[1].length - a[1].length);
  const folded = text.toLowerCase();
  const found = new Set();
  for (let at = folded.indexOf('@'); at >= 0; at = folded.indexOf('@', at + 1)) {
    const meant = known.find(([, name]) => folded.startsWith(name.toLowerCase(), at + 1) && !isInName(folded[at + 1 + name.length]));
    if (meant) found.add(meant[0]);
  }
  return [...found];
}
