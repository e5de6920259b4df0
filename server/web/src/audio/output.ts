import { SAMPLE_RATE } from './format';

type Sinkable = { setSinkId?: (id: string) => Promise<void> };

export const canChooseSpeaker = (): boolean =>
  typeof AudioContext !== 'undefined' && 'setSinkId' in AudioContext.prototype;

/** A context at the call's rate on the chosen speaker; a speaker that is gone gives way to the default one. */
export async function openOutput(speakerId: string | null): Promise<AudioContext> {
  const context = new AudioContext({ sampleRate: SAMPLE_RATE });
  if (speakerId) await (context as Sinkable).setSinkId?.(speakerId).catch(() => undefined);
  await context.resume();
  return context;
}

/** Plays a sound to its end. */
export function playBuffer(context: AudioContext, buffer: AudioBuffer): Promise<void> {
  const source = context.createBufferSource();
  source.buffer = buffer;
  source.connect(context.destination);
  return new Promise((resolve) => {
    source.onended = () => resolve();
    source.start();
  });
}
