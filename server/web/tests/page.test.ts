import { describe, expect, it } from 'vitest';

import type { Turn } from '../src/api/types';
import { withCaption, type Caption } from '../src/call/captions';
import { actionOf, Confirmation } from '../src/call/keys';
import { faceOf } from '../src/components/face';
import { clock, humanise, moment } from '../src/format';
import { de } from '../src/i18n/de';
import { en } from '../src/i18n/en';
import { fr } from '../src/i18n/fr';
import { nlCall } from '../src/i18n/nl-call';
import { byGroup } from '../src/result/groups';
import { sparkline } from '../src/result/sparkline';
import { inContext, piecesOf, turnAt, unheardOf } from '../src/result/transcript';
import { links, parseHash } from '../src/routes';

const key = (name: string, more = {}) => ({ key: name, shiftKey: false, ctrlKey: false, altKey: false, metaKey: false, ...more });

describe('keys', () => {
  it('serves the buttons of the call', () => {
    expect(actionOf(key('m'), 'connected', 'none')).toBe('mute');
    expect(actionOf(key('H'), 'connected', 'button')).toBe('hold');
    expect(actionOf(key('c'), 'connected', 'none')).toBe('captions');
    expect(actionOf(key('Enter'), 'ringing', 'none')).toBe('answer');
    expect(actionOf(key('Q', { shiftKey: true }), 'connected', 'none')).toBe('hang_up');
  });

  it('leaves typing, shortcuts of the browser and finished calls alone', () => {
    expect(actionOf(key('m'), 'connected', 'field')).toBeNull();
    expect(actionOf(key('Escape'), 'connected', 'field')).toBe('leave_field');
    expect(actionOf(key('h', { ctrlKey: true }), 'connected', 'none')).toBeNull();
    expect(actionOf(key('Escape'), 'ended', 'none')).toBeNull();
    expect(actionOf(key('Enter'), 'connected', 'none')).toBeNull();
    expect(actionOf(key('Enter'), 'ringing', 'button')).toBeNull();
  });

  it('wants hanging up confirmed within three seconds', () => {
    const confirmation = new Confirmation();
    expect([confirmation.ask(0), confirmation.ask(3500), confirmation.ask(5000), confirmation.ask(5100)]).toEqual([
      false, false, true, false,
    ]);
  });
});

describe('the ringing page', () => {
  it.each([nlCall, en, fr, de])('says in each language how many lines are ready', ({ call }) => {
    expect(call.linesReady(4, 41).match(/\d+/g)).toEqual(['4', '41']);
  });
});

describe('captions', () => {
  it('replaces a draft by its final text and forgets the oldest', () => {
    const draft: Caption = { speaker: 'agent', turn: 2, text: 'goede', final: false };
    const final: Caption = { ...draft, text: 'Goedemorgen', final: true };
    expect(withCaption(withCaption([], draft), final)).toEqual([final]);
    let many: Caption[] = [];
    for (let turn = 0; turn < 40; turn++) many = withCaption(many, { ...draft, turn });
    expect(many).toHaveLength(30);
    expect(many[0]?.turn).toBe(10);
  });
});

describe('routes', () => {
  it('reads back every link', () => {
    expect(parseHash('')).toEqual({ name: 'start' });
    expect(parseHash(links.briefing('a~b/c'))).toEqual({ name: 'briefing', id: 'a~b/c' });
    expect(parseHash(links.call('x'))).toEqual({ name: 'call', id: 'x' });
    expect(parseHash(links.result('x'))).toEqual({ name: 'result', id: 'x' });
    expect(parseHash(links.calls)).toEqual({ name: 'calls' });
    expect(parseHash(links.headset('a~b'))).toEqual({ name: 'headset', then: 'a~b' });
    expect(parseHash(links.headset())).toEqual({ name: 'headset', then: null });
  });

  it.each(['#/scenario/', '#/nergens', '#/call/%'])('does not know %s', (hash) => {
    expect(parseHash(hash)).toEqual({ name: 'unknown' });
  });
});

describe('transcript', () => {
  const turn = (over: Partial<Turn>): Turn => ({
    i: 0, speaker: 'agent', text: 'ja goed', planned: null, start_ms: 0, end_ms: 1000, interrupted: false, confidence: 1, acts: [], words: [], correction: null, ...over,
  });

  it('marks words that were hard to recognise, of the trainee only', () => {
    const words = [
      { text: ' ja', start_ms: 0, end_ms: 1, probability: 0.9 },
      { text: ' goed', start_ms: 1, end_ms: 2, probability: 0.3 },
    ];
    expect(piecesOf(turn({ words }))).toEqual([{ text: 'ja', unclear: false }, { text: 'goed', unclear: true }]);
    expect(piecesOf(turn({ words, speaker: 'customer' }))).toEqual([{ text: 'ja goed', unclear: false }]);
  });

  it('tells what the trainee did not hear of an interrupted line', () => {
    expect(unheardOf(turn({ text: 'Ja, ja,', planned: 'Ja, ja, dat zal wel.', interrupted: true }))).toBe('dat zal wel.');
    expect(unheardOf(turn({ text: 'Ja.', planned: 'Ja.', interrupted: false }))).toBe('');
  });

  it('puts words around a quote that is too short, and leaves a long one alone', () => {
    const text = 'So I book the garden double for you from the tenth to the twelfth of June, Mister Carter, is that right?';
    const start = text.indexOf('Carter');
    const evidence = { turn: 0, quote: 'Carter', start, end: start + 6, start_ms: 0, end_ms: 1, role: 'shows' as const };
    const shown = inContext(evidence, [turn({ text })]);
    expect(shown).toEqual({ before: '… the tenth to the twelfth of June, Mister ', quote: 'Carter', after: ', is that right?' });
    const long = { ...evidence, quote: text, start: 0, end: text.length };
    expect(inContext(long, [turn({ text })])).toEqual({ before: '', quote: text, after: '' });
    expect(inContext({ ...evidence, start: 0, end: 6 }, [turn({ text })]).before).toBe('');
  });

  it('finds the turn at a moment', () => {
    const turns = [turn({ start_ms: 100 }), turn({ start_ms: 900 })];
    expect([turnAt(turns, 0), turnAt(turns, 100), turnAt(turns, 899), turnAt(turns, 5000)]).toEqual([-1, 0, 0, 1]);
  });
});

describe('small things', () => {
  it('writes times and dates', () => {
    expect([clock(0), clock(75_900), clock(-5), clock(3_600_000)]).toEqual(['0:00', '1:15', '0:00', '60:00']);
    expect(moment('geen datum', 'nl-BE')).toBe('geen datum');
    expect(humanise('debt_collection')).toBe('Debt collection');
  });

  it('groups in the order of a call', () => {
    const items = [{ group: 'whole' as const, n: 1 }, { group: 'contact' as const, n: 2 }, { group: 'whole' as const, n: 3 }];
    expect(byGroup(items).map(([group, members]) => [group, members.map((item) => item.n)])).toEqual([['contact', [2]], ['whole', [1, 3]]]);
  });

  it('draws points between foot and top', () => {
    expect(sparkline([0, 50, 100], 100, 40)).toBe('M0 40L50 20L100 0');
    expect(sparkline([70], 100, 40)).toBe('M0 12');
  });

  it('gives a persona the same face each time, with hair by gender and a look by type', () => {
    expect(faceOf('boze-klager', 'angry', 'male')).toEqual(faceOf('boze-klager', 'angry', 'male'));
    expect(faceOf('boze-klager', 'angry').expression).toBe('angry');
    for (const persona of ['a', 'b', 'c', 'd']) {
      expect([0, 2]).toContain(faceOf(persona, 'x', 'male').style);
      expect([1, 3]).toContain(faceOf(persona, 'x', 'female').style);
    }
  });
});
