import type { Differences, HistoryRow, Verdict } from '../api/types';
import { i18n } from '../i18n/index.svelte';

/** Why a call is judged otherwise, in a few words. */
export function causeText(cause: Differences['causes'][number]): string {
  const t = i18n.t.assess.cause;
  if (cause.part === 'corrected') return t.corrected((cause.turn ?? 0) + 1);
  if (cause.part === 'report') return t.report;
  if (cause.part === 'rubric' || cause.part === 'evaluators' || cause.part === 'words') return t[cause.part];
  return t.other(i18n.t.result.parts[cause.part] ?? cause.part);
}

/** What happened to a score, in one line. Turns count from 1 for people. */
export function historyText(row: HistoryRow, rows: readonly HistoryRow[]): string {
  const t = i18n.t.assess.historyOf;
  const title = row.title ?? '';
  const verdict = (value: Verdict | null | undefined): string => (value ? i18n.t.verdict[value] : '');
  switch (row.type) {
    case 'judged':
      return rows.find((other) => other.type === 'judged') === row ? t.judged : t.rejudged;
    case 'override':
      return t.override(row.author, title, verdict(row.verdict));
    case 'correction':
      return t.correction(row.author, (row.turn ?? 0) + 1);
    case 'dispute':
      return t.dispute(row.author, title);
    case 'settlement':
      return row.verdict ? t.accepted(row.author, title, verdict(row.verdict)) : t.rejected(row.author, title);
    case 'form':
      return t.form[row.role ?? 'peer'](row.author);
    case 'undo': {
      const undone = rows.find((other) => other.entry === row.undoes);
      return t.undo(row.author, undone ? historyText(undone, rows) : '–');
    }
  }
}
