import type { ApiErrorBody, Direction, Phase, Speaker } from '../api/types';

export type CallState = 'ringing' | 'dialling' | 'connected' | 'on_hold' | 'ended';
export type EndedBy = 'agent' | 'customer' | 'system';

export interface Hello {
  type: 'hello';
  call_id: string;
  resume: string;
  sample_rate: number;
  frame_samples: number;
  direction: Direction;
  captions: boolean;
  state: CallState;
}

/** JSON from the server on the call's socket (docs/protocol.md). */
export type ServerMessage =
  | Hello
  | { type: 'state'; state: CallState; at_ms: number }
  | { type: 'speaking'; speaker: Speaker; on: boolean; at_ms: number }
  | { type: 'phase'; phase: Phase; at_ms: number }
  | { type: 'hint'; code: string; text: string; at_ms: number }
  | { type: 'caption'; speaker: Speaker; turn: number; text: string; final: boolean }
  | { type: 'lines'; ready: number; total: number }
  | { type: 'flush'; turn: number }
  | { type: 'turn_end'; turn: number }
  | { type: 'notice'; code: string; message: string }
  | { type: 'ended'; by: EndedBy; outcome: string; call_id: string }
  | { type: 'error'; error: ApiErrorBody };

/** JSON to the server. */
export type ClientMessage =
  | { type: 'answer' | 'hang_up' | 'bye' }
  | { type: 'mute' | 'hold' | 'captions'; on: boolean }
  | { type: 'played'; turn: number; played_ms: number }
  | { type: 'page'; page: string }
  | { type: 'register'; field: string; value: string }
  | { type: 'screen'; action: string; target: string; value: string };
