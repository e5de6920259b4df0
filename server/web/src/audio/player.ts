import type { CustomerFrame } from './format';
import type { PlayerEvent } from './jitter';
import playbackUrl from './playback.worklet.ts?worker&url';
import type { PlaybackCommand } from './playback.worklet';

/** The customer's voice on the page's speaker; `onEvent` hears what really sounded. */
export class Player {
  private constructor(private readonly node: AudioWorkletNode) {}

  static async open(context: AudioContext, onEvent: (event: PlayerEvent) => void): Promise<Player> {
    await context.audioWorklet.addModule(playbackUrl);
    const node = new AudioWorkletNode(context, 'playback', { numberOfInputs: 0, outputChannelCount: [1] });
    node.port.onmessage = ({ data }: MessageEvent<PlayerEvent>) => onEvent(data);
    node.connect(context.destination);
    return new Player(node);
  }

  push({ turn, samples }: CustomerFrame): void {
    this.send({ type: 'frame', turn, samples }, [samples.buffer]);
  }

  end(turn: number): void {
    this.send({ type: 'end', turn });
  }

  flush(turn: number): void {
    this.send({ type: 'flush', turn });
  }

  private send(command: PlaybackCommand, transfer: Transferable[] = []): void {
    this.node.port.postMessage(command, transfer);
  }
}
