// One WebSocket that comes back by itself: exponential delay with jitter, not after a close that says not to.
const FINAL = new Set([1002, 1003, 1007, 1009, 4000, 4003, 4012]);
const UNAUTHORIZED = new Set([4001, 4010]);
const DELAY_MS = { first: 500, most: 10000 };

// A server that drains says when to come back.
const askedDelay = (reason) => Number(/reconnect_after_ms=(\d+)/.exec(reason)?.[1] ?? 0);

export function connect(path, token, listener) {
  let socket = null;
  let closed = false;
  let attempts = 0;
  let timer = null;

  const open = () => {
    clearTimeout(timer);
    listener.state('connecting', attempts ? 'connecting again…' : 'connecting…');
    // A browser cannot set headers here; the subprotocol keeps the token out of addresses and logs.
    socket = new WebSocket(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}${path}`,
      ['tidegate.v1', `bearer.${token}`]);
    socket.onmessage = (event) => {
      const message = JSON.parse(event.data);
      if (message.type === 'connection:established') attempts = 0;
      listener.message(message);
    };
    socket.onclose = (event) => {
      if (closed) return;
      listener.lost();
      if (UNAUTHORIZED.has(event.code)) return listener.state('unauthorized', 'sign in again');
      if (FINAL.has(event.code)) return listener.state('closed', `closed (${event.code} ${event.reason})`);
      attempts += 1;
      const delay = Math.min(DELAY_MS.most, DELAY_MS.first * 2 ** attempts) * (0.5 + Math.random() / 2);
      listener.state('connecting', 'connection lost, trying again…');
      timer = setTimeout(open, Math.max(delay, askedDelay(event.reason)));
    };
  };

  const backOnline = () => { if (!closed && socket.readyState === WebSocket.CLOSED) open(); };
  addEventListener('online', backOnline);
  open();

  return {
    // Whether it went out; what did not is the sender's to say again after the next session:joined.
    send(message) {
      if (socket.readyState !== WebSocket.OPEN) return false;
      socket.send(JSON.stringify(message));
      return true;
    },
    close() {
      closed = true;
      clearTimeout(timer);
      removeEventListener('online', backOnline);
      socket.close(1000);
    },
  };
}
