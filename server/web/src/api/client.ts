import { reviewer } from '../assess/reviewer.svelte';
import { i18n } from '../i18n/index.svelte';
import type { Measures } from '../measures/types';
import type {
  ApiErrorBody,
  BlankForm,
  Briefing,
  CallDetail,
  CallSummary,
  Desk,
  FormHead,
  MessageAnswer,
  MessageCard,
  MessageTask,
  Mode,
  NewCall,
  Report,
  ReportDraft,
  ScenarioCard,
  Scorecard,
  Status,
  Wish,
} from './types';

/** A refused or failed request. `status` 0: the server could not be reached. The message can be shown as it is. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** Any thrown thing as an ApiError with a message in the user's language. */
export function asApiError(error: unknown): ApiError {
  return error instanceof ApiError ? error : new ApiError(-1, 'page.unexpected', i18n.t.error.unexpected);
}

async function errorOf(response: Response): Promise<ApiError> {
  const body = (await response.json().catch(() => null)) as { error?: ApiErrorBody } | null;
  const code = body?.error?.code ?? `http.${response.status}`;
  // A proxy in between answers 502 to 504 without our error shape when the server itself is away.
  if (!body?.error && response.status >= 502) return new ApiError(0, code, i18n.t.error.unreachable);
  return new ApiError(response.status, code, body?.error?.message ?? i18n.t.error.unexpected);
}

async function request(path: string, init: RequestInit = {}): Promise<Response> {
  const headers = { 'Accept-Language': i18n.lang, ...init.headers };
  let response: Response;
  try {
    response = await fetch(path, { ...init, headers });
  } catch {
    throw new ApiError(0, 'page.unreachable', i18n.t.error.unreachable);
  }
  if (!response.ok) throw await errorOf(response);
  return response;
}

async function getJson<T>(path: string): Promise<T> {
  return (await (await request(path)).json()) as T;
}

async function sendJson<T>(path: string, body: object, method: 'POST' | 'PUT' = 'POST'): Promise<T> {
  const headers = { 'Content-Type': 'application/json' };
  return (await (await request(path, { method, headers, body: JSON.stringify(body) })).json()) as T;
}

/** The server holds scores back from trainees who have still to judge themselves; assessors say who they are. */
const asViewer = (path: string): string => (reviewer.role === 'assessor' ? `${path}?role=assessor` : path);

const at = (path: string, id: string): string => `${path}/${encodeURIComponent(id)}`;

export const api = {
  status: () => getJson<Status>('/api/status'),
  scenarios: () => getJson<ScenarioCard[]>('/api/scenarios'),
  briefing: (id: string) => getJson<Briefing>(at('/api/scenarios', id)),
  calls: () => getJson<CallSummary[]>(asViewer('/api/calls')),
  call: (id: string) => getJson<CallDetail>(at('/api/calls', id)),
  scorecard: (id: string) => getJson<Scorecard>(asViewer(`${at('/api/calls', id)}/scorecard`)),
  blankForm: (id: string) => getJson<BlankForm>(`${at('/api/calls', id)}/assessment`),
  forms: () => getJson<(FormHead & { default: boolean })[]>('/api/forms'),
  judgeAgain: (id: string, form: string) => sendJson<Scorecard>(asViewer(`${at('/api/calls', id)}/scorecard`), { form }),
  say: (id: string, wish: Wish, author: string) =>
    sendJson<{ entry: number }>(`${at('/api/calls', id)}/assessment`, { ...wish, author }),
  measures: (id: string) => getJson<Measures>(asViewer(`${at('/api/calls', id)}/measures`)),
  desk: (id: string) => getJson<Desk>(`${at('/api/calls', id)}/desk`),
  report: (id: string) => getJson<Report>(`${at('/api/calls', id)}/report`),
  writeReport: (id: string, draft: ReportDraft) => sendJson<Report>(`${at('/api/calls', id)}/report`, draft, 'PUT'),
  messages: () => getJson<MessageCard[]>('/api/messages'),
  beginMessage: (id: string, agent_name: string, mode: Mode) => sendJson<{ id: string }>(at('/api/messages', id), { agent_name, mode }),
  message: (id: string) => getJson<MessageTask>(`${at('/api/calls', id)}/message`),
  writeMessage: (id: string, answer: MessageAnswer) => sendJson<MessageTask>(`${at('/api/calls', id)}/message`, answer, 'PUT'),
  audioUrl: (id: string) => `${at('/api/calls', id)}/audio.wav`,
  remove: async (id: string) => void (await request(at('/api/calls', id), { method: 'DELETE' })),
  restore: async (id: string) => void (await request(`${at('/api/calls', id)}/restore`, { method: 'POST' })),
  voiceSample: async (scenario: string) =>
    (await request(`/api/voice-sample?scenario=${encodeURIComponent(scenario)}`)).arrayBuffer(),
  startCall: (call: NewCall) => sendJson<{ id: string; socket: string }>('/api/calls', call),
};
