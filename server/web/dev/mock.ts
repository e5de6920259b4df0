import type { IncomingMessage, ServerResponse } from 'node:http';

import type { Plugin } from 'vite';
import { WebSocketServer } from 'ws';

import { callWav, sampleWav } from './mock-audio.ts';
import { playCall } from './mock-call.ts';
import * as data from './mock-data.ts';

const removed = new Set<string>();
const live = 'c-0004';

function json(response: ServerResponse, body: unknown, status = 200): void {
  response.statusCode = status;
  response.setHeader('Content-Type', 'application/json');
  response.end(JSON.stringify(body));
}

function sendWav(request: IncomingMessage, response: ServerResponse, wav: Buffer): void {
  response.setHeader('Content-Type', 'audio/wav');
  response.setHeader('Accept-Ranges', 'bytes');
  const range = /bytes=(\d+)-(\d*)/.exec(request.headers.range ?? '');
  if (!range) return void response.end(wav);
  const from = Number(range[1]);
  const to = range[2] ? Number(range[2]) : wav.length - 1;
  response.statusCode = 206;
  response.setHeader('Content-Range', `bytes ${from}-${to}/${wav.length}`);
  response.end(wav.subarray(from, to + 1));
}

function missing(response: ServerResponse): void {
  json(response, { error: { code: 'not_found', message: 'Dat bestaat niet (meer).' } }, 404);
}

function answerScenario(id: string, response: ServerResponse): void {
  const card = data.cards.find((candidate) => candidate.id === id);
  if (card) json(response, data.briefing(card));
  else missing(response);
}

function answerCall(request: IncomingMessage, response: ServerResponse, id: string, part: string): void {
  const call = data.calls.find((candidate) => candidate.id === id);
  if (!call) return missing(response);
  if (part === 'scorecard') return json(response, data.scorecard(call));
  if (part === 'assessment') return json(response, { entry: 0 }, 201);
  if (part === 'audio.wav') return sendWav(request, response, callWav(data.spokenTurns, call.duration_ms));
  if (part === 'restore' || request.method === 'DELETE') {
    if (part === 'restore') removed.delete(id);
    else removed.add(id);
    response.statusCode = 204;
    return void response.end();
  }
  json(response, data.detail(call));
}

function answer(request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? '/', 'http://mock');
  const [, , room = '', id = '', part = ''] = url.pathname.split('/').map(decodeURIComponent);
  if (room === 'status') return json(response, data.status);
  if (room === 'voice-sample') return sendWav(request, response, sampleWav());
  if (room === 'forms') return json(response, []);
  if (room === 'scenarios') return id ? answerScenario(id, response) : json(response, data.cards);
  if (room !== 'calls') return missing(response);
  if (id) return answerCall(request, response, id, part);
  if (request.method === 'POST') return json(response, { id: live, socket: `/api/calls/${live}/socket` }, 201);
  json(response, data.calls.filter((call) => !removed.has(call.id)));
}

/** Serves a pretended API, so that every screen can be seen without the Python server. Only with `npm run mock`. */
export function mockApi(): Plugin {
  return {
    name: 'kiestoon-mock-api',
    configureServer(server) {
      const sockets = new WebSocketServer({ noServer: true });
      server.middlewares.use((request, response, next) =>
        request.url?.startsWith('/api/') ? answer(request, response) : next(),
      );
      server.httpServer?.on('upgrade', (request, socket, head) => {
        if (!request.url?.startsWith('/api/')) return;
        sockets.handleUpgrade(request, socket, head, (client) => playCall(client, live, false));
      });
    },
  };
}
