export type Route =
  | { name: 'start' }
  | { name: 'headset'; then: string | null }
  | { name: 'briefing'; id: string }
  | { name: 'call'; id: string }
  | { name: 'result'; id: string }
  | { name: 'calls' }
  | { name: 'messages' }
  | { name: 'message'; id: string }
  | { name: 'form'; id: string; role: 'peer' | 'assessor' }
  | { name: 'unknown' };

/** What a hash asks for. `then` is the scenario to go on with after the headset check. */
export function parseHash(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?');
  const [head = '', rest = '', last = ''] = path.split('/');
  const id = decode(rest);
  if (head === '') return { name: 'start' };
  if (head === 'headset') return { name: 'headset', then: new URLSearchParams(query).get('then') };
  if (head === 'calls' && !id) return { name: 'calls' };
  if (head === 'messages' && !id) return { name: 'messages' };
  if (id && head === 'message') return { name: 'message', id };
  if (id && head === 'scenario') return { name: 'briefing', id };
  if (id && head === 'call') return { name: 'call', id };
  if (id && head === 'result') return { name: 'result', id };
  if (id && head === 'form' && (last === 'peer' || last === 'assessor')) return { name: 'form', id, role: last };
  return { name: 'unknown' };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}

export const links = {
  start: '#/',
  calls: '#/calls',
  messages: '#/messages',
  message: (id: string) => `#/message/${encodeURIComponent(id)}`,
  headset: (then: string | null = null) => (then ? `#/headset?then=${encodeURIComponent(then)}` : '#/headset'),
  briefing: (id: string) => `#/scenario/${encodeURIComponent(id)}`,
  call: (id: string) => `#/call/${encodeURIComponent(id)}`,
  form: (id: string, role: 'peer' | 'assessor') => `#/form/${encodeURIComponent(id)}/${role}`,
  result: (id: string) => `#/result/${encodeURIComponent(id)}`,
};
