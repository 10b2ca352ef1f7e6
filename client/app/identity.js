// Who is signed in: the token of this tab, and what it says. Only the server checks it; here it is for showing.
const decode = (part) => JSON.parse(new TextDecoder().decode(
  Uint8Array.from(atob(part.replaceAll('-', '+').replaceAll('_', '/')), (letter) => letter.charCodeAt(0))));

export function identityOf(token) {
  try {
    const { sub, name, role } = decode(token.split('.')[1]);
    return { id: sub, name: name ?? '', role: role ?? '' };
  } catch {
    return { id: '', name: '', role: '' };
  }
}

// Each tab has its own, so that two windows can be two people.
export const keptToken = () => sessionStorage.getItem('token');
export const keepToken = (token) => (token ? sessionStorage.setItem('token', token) : sessionStorage.removeItem('token'));

// This browser's own name: what it was shown once is not shown to it again.
export function deviceName() {
  const name = localStorage.getItem('device') ?? crypto.randomUUID();
  localStorage.setItem('device', name);
  return name;
}
