import type { ClientMessage, ServerMessage } from './messages';

/** How long the server keeps a dropped call open for us, and how often we knock. */
export const GRACE_MS = 30_000;
const RETRY_MS = 1_000;
/** Two seconds of audio that do not get away: the line is dead, whatever the browser still believes. */
const STUCK_BYTES = 64_000;

/** The part of a WebSocket that the link uses, so that tests can stand in for it. */
export interface Socket {
  binaryType: string;
  readonly readyState: number;
  readonly bufferedAmount: number;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: (() => void) | null;
  send(data: string | ArrayBuffer): void;
  close(): void;
}

export interface LinkEvents {
  message(message: ServerMessage): void;
  audio(bytes: ArrayBuffer): void;
  /** The socket dropped; we keep trying until `GRACE_MS` have passed. */
  lost(): void;
  restored(): void;
  /** It did not come back in time. */
  gone(): void;
}

export interface LinkParts {
  open(url: string): Socket;
  after(ms: number, run: () => void): void;
  now(): number;
}

const BROWSER: LinkParts = {
  open: (url) => new WebSocket(url) as unknown as Socket,
  after: (ms, run) => void setTimeout(run, ms),
  now: () => performance.now(),
};

const OPEN = 1;

/** The call's socket. It comes back by itself after a drop, with the token that the server gave in `hello`. */
export class CallLink {
  private socket: Socket | null = null;
  private token: string | null = null;
  private lostAt: number | null = null;
  private finished = false;

  constructor(
    private readonly url: string,
    private readonly events: LinkEvents,
    private readonly parts: LinkParts = BROWSER,
  ) {}

  connect(): void {
    const separator = this.url.includes('?') ? '&' : '?';
    const resume = this.token === null ? '' : `${separator}resume=${encodeURIComponent(this.token)}`;
    const socket = this.parts.open(this.url + resume);
    socket.binaryType = 'arraybuffer';
    socket.onmessage = ({ data }) => this.receive(data);
    socket.onclose = () => this.dropped(socket);
    this.socket = socket;
  }

  /** False where nothing could be sent because the line is down. */
  send(message: ClientMessage): boolean {
    return this.put(JSON.stringify(message));
  }

  sendAudio(frame: ArrayBuffer): boolean {
    if (this.socket && this.socket.bufferedAmount > STUCK_BYTES) this.abandon(this.socket);
    return this.put(frame);
  }

  /** Leaves for good: no reconnecting after this. */
  close(): void {
    this.finished = true;
    this.socket?.close();
  }

  private abandon(socket: Socket): void {
    socket.onclose = null;
    socket.onmessage = null;
    socket.close();
    this.dropped(socket);
    this.socket = null;
  }

  private put(data: string | ArrayBuffer): boolean {
    if (this.socket?.readyState !== OPEN) return false;
    this.socket.send(data);
    return true;
  }

  private receive(data: unknown): void {
    if (data instanceof ArrayBuffer) return this.events.audio(data);
    const message = JSON.parse(String(data)) as ServerMessage;
    if (message.type === 'hello') this.welcomed(message.resume);
    // The server has not noticed the drop yet and takes us for a second tab: keep knocking.
    if (this.lostAt !== null && message.type === 'error' && message.error.code === 'call.busy') return;
    if (message.type === 'ended' || message.type === 'error') this.finished = true;
    this.events.message(message);
  }

  private welcomed(token: string): void {
    this.token = token;
    if (this.lostAt === null) return;
    this.lostAt = null;
    this.events.restored();
  }

  private dropped(socket: Socket): void {
    if (this.finished || socket !== this.socket) return;
    if (this.lostAt === null) {
      this.lostAt = this.parts.now();
      this.events.lost();
    }
    this.parts.after(RETRY_MS, () => this.knock());
  }

  private knock(): void {
    if (this.finished || this.lostAt === null) return;
    if (this.parts.now() - this.lostAt < GRACE_MS) return this.connect();
    this.finished = true;
    this.events.gone();
  }
}
