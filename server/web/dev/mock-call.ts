import type { WebSocket } from 'ws';

import { murmur } from './mock-audio.ts';
import { spokenTurns } from './mock-data.ts';

const FRAME = 320;

/** Plays one pretended call on a socket: rings, connects at the answer, speaks the customer's lines one by one. */
export function playCall(socket: WebSocket, callId: string, outbound: boolean): void {
  const began = Date.now();
  const say = (message: object): void => socket.send(JSON.stringify(message));
  const at_ms = (): number => Date.now() - began;
  let next = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const speak = (): void => {
    const turn = spokenTurns[next++];
    if (!turn) return;
    const ms = Math.min(3500, turn.end_ms - turn.start_ms);
    say({ type: 'speaking', speaker: turn.speaker, on: true, at_ms: at_ms() });
    say({ type: 'caption', speaker: turn.speaker, turn: turn.i, text: turn.text, final: true });
    if (turn.i === 4) say({ type: 'phase', phase: 'analysis', at_ms: at_ms() });
    if (turn.speaker === 'customer') send(turn.i, murmur(ms, 110));
    timer = setTimeout(() => {
      say({ type: 'speaking', speaker: turn.speaker, on: false, at_ms: at_ms() });
      timer = setTimeout(speak, 600);
    }, ms);
  };
  const send = (turn: number, sound: Int16Array): void => {
    for (let i = 0; i + FRAME <= sound.length; i += FRAME) {
      const head = Buffer.alloc(4);
      head.writeUInt32LE(turn);
      socket.send(Buffer.concat([head, Buffer.from(sound.buffer, i * 2, FRAME * 2)]));
    }
    say({ type: 'turn_end', turn });
  };
  const connect = (): void => {
    say({ type: 'state', state: 'connected', at_ms: at_ms() });
    say({ type: 'phase', phase: 'contact', at_ms: at_ms() });
    timer = setTimeout(speak, 700);
  };

  say({ type: 'hello', call_id: callId, resume: 'token', sample_rate: 16000, frame_samples: 320, direction: 'inbound', captions: true, state: outbound ? 'dialling' : 'ringing' });
  [4, 8, 12].forEach((ready, tenths) => setTimeout(() => say({ type: 'lines', ready, total: 41 }), 300 * (tenths + 1)));
  if (outbound) timer = setTimeout(connect, 2500);
  socket.on('close', () => clearTimeout(timer));
  socket.on('message', (data, binary) => {
    if (binary) return;
    const message = JSON.parse(String(data)) as { type: string; on?: boolean };
    if (message.type === 'answer') connect();
    if (message.type === 'hold') say({ type: 'state', state: message.on ? 'on_hold' : 'connected', at_ms: at_ms() });
    if (message.type === 'hang_up') {
      say({ type: 'state', state: 'ended', at_ms: at_ms() });
      say({ type: 'ended', by: 'agent', outcome: 'calmed', call_id: callId });
      socket.close(1000);
    }
  });
}
