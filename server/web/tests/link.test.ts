import { describe, expect, it } from 'vitest';

import { CallLink, GRACE_MS, type Socket } from '../src/call/link';

class FakeSocket implements Socket {
  binaryType = '';
  readyState = 1;
  bufferedAmount = 0;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: (() => void) | null = null;
  sent: (string | ArrayBuffer)[] = [];
  constructor(readonly url: string) {}
  send(data: string | ArrayBuffer): void {
    this.sent.push(data);
  }
  close(): void {
    this.readyState = 3;
    this.onclose?.();
  }
  say(message: object): void {
    this.onmessage?.({ data: JSON.stringify(message) });
  }
}

const HELLO = { type: 'hello', resume: 'a b', state: 'ringing' };

function setup() {
  const sockets: FakeSocket[] = [];
  const timers: { at: number; run: () => void }[] = [];
  const seen: string[] = [];
  let now = 0;
  const link = new CallLink(
    'ws://host/api/calls/1/socket?ui=nl',
    {
      message: (message) => seen.push(message.type),
      audio: () => seen.push('audio'),
      lost: () => seen.push('lost'),
      restored: () => seen.push('restored'),
      gone: () => seen.push('gone'),
    },
    {
      open: (url) => {
        const socket = new FakeSocket(url);
        sockets.push(socket);
        return socket;
      },
      after: (ms, run) => void timers.push({ at: now + ms, run }),
      now: () => now,
    },
  );
  const pass = (ms: number): void => {
    const end = now + ms;
    for (let next = due(end); next; next = due(end)) {
      timers.splice(timers.indexOf(next), 1);
      now = next.at;
      next.run();
    }
    now = end;
  };
  const due = (end: number) => timers.filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at)[0];
  const latest = (): FakeSocket => {
    const socket = sockets.at(-1);
    if (!socket) throw new Error('no socket was opened');
    return socket;
  };
  link.connect();
  return { link, sockets, seen, pass, latest };
}

describe('CallLink', () => {
  it('comes back with the token after a drop', () => {
    const { sockets, seen, pass, latest } = setup();
    latest().say(HELLO);
    latest().close();
    expect(seen).toEqual(['hello', 'lost']);
    pass(1000);
    expect(latest().url).toBe('ws://host/api/calls/1/socket?ui=nl&resume=a%20b');
    latest().say(HELLO);
    expect(seen).toEqual(['hello', 'lost', 'restored', 'hello']);
    expect(sockets).toHaveLength(2);
  });

  it('knocks every second and gives up after the grace time', () => {
    const { sockets, seen, pass, latest } = setup();
    latest().say(HELLO);
    latest().close();
    for (let second = 0; second < 40; second++) {
      pass(1000);
      if (latest().readyState === 1) latest().close();
    }
    expect(seen.filter((what) => what === 'lost')).toHaveLength(1);
    expect(seen.at(-1)).toBe('gone');
    expect(sockets).toHaveLength(GRACE_MS / 1000);
  });

  it('keeps knocking while the server still holds the dead socket for a first tab', () => {
    const { seen, pass, latest } = setup();
    latest().say(HELLO);
    latest().close();
    pass(1000);
    latest().say({ type: 'error', error: { code: 'call.busy', message: '' } });
    latest().close();
    pass(1000);
    latest().say(HELLO);
    expect(seen).toEqual(['hello', 'lost', 'restored', 'hello']);
  });

  it.each(['ended', 'error'])('does not come back after %s', (type) => {
    const { sockets, pass, latest } = setup();
    latest().say(HELLO);
    latest().say({ type, error: { code: 'call.busy', message: '' } });
    latest().close();
    pass(5000);
    expect(sockets).toHaveLength(1);
  });

  it('does not come back when the page leaves', () => {
    const { link, sockets, seen, pass } = setup();
    link.close();
    pass(5000);
    expect(sockets).toHaveLength(1);
    expect(seen).toEqual([]);
  });

  it('sends nothing while the line is down', () => {
    const { link, latest } = setup();
    expect(link.sendAudio(new ArrayBuffer(640))).toBe(true);
    latest().close();
    expect(link.sendAudio(new ArrayBuffer(640))).toBe(false);
    expect(link.send({ type: 'answer' })).toBe(false);
  });

  it('gives up a line on which audio piles up', () => {
    const { link, seen, pass, latest, sockets } = setup();
    latest().say(HELLO);
    latest().bufferedAmount = 70_000;
    expect(link.sendAudio(new ArrayBuffer(640))).toBe(false);
    expect(seen.at(-1)).toBe('lost');
    pass(1000);
    expect(sockets).toHaveLength(2);
  });
});
