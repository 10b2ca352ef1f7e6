// One WebSocket that comes back by itself: exponential delay with jitter, not after a close that says not to.
const FINAL = new Set([1002, 1003, 1007, 1009, 4000, 4003]);
const UNAUTHORIZED = new Set([4001, 4010]);
const DELAY_MS = { first: 500, most: 10000 };

export function connect(path, token, listener) {
  let socket = null;
  let closed = false;
  let attempts = 0;
  let waiting = [];   // sent before the connection is there

  const open = () => {
    listener.state('connecting', 'connecting…');
    // A browser cannot set headers here; the subprotocol keeps the token out of addresses and logs.
    socket = new WebSocket(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}${path}`,
      ['tidegate.v1', `bearer.${token}`]);
    socket.onmessage = (event) => {
      const message = JSON.parse(event.data);
      if (message.type === 'connection:established') {
        attempts = 0;
        listener.state('open', 'live');
        for (const text of waiting.splice(0)) socket.send(text);
      }
      listener.message(message);
    };
    socket.onclose = (event) => {
      if (closed) return;
      if (UNAUTHORIZED.has(event.code)) return listener.state('unauthorized', 'sign in again');
      if (FINAL.has(event.code)) return listener.state('closed', `closed (${event.code} ${event.reason})`);
      attempts += 1;
      const delay = Math.min(DELAY_MS.most, DELAY_MS.first * 2 ** attempts) * (0.5 + Math.random() / 2);
      listener.state('connecting', 'connection lost, trying again…');
      setTimeout(() => { if (!closed) open(); }, delay);
    };
  };
  open();

  return {
    send(message) {
      const text = JSON.stringify(message);
      if (socket.readyState === WebSocket.OPEN) socket.send(text); else waiting.push(text);
    },
    close() { closed = true; socket.close(1000); },
  };
}
