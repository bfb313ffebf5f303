import { forgetLookers, pruneAccessEvents } from '../access/index.ts'
import { type Config, retentionOf } from '../config/index.ts'
import { endOfMonths } from '../core/index.ts'
import { pruneCallUps, pruneMessages } from '../messages/index.ts'
import { pruneNotices } from '../notices/index.ts'
import { openSince, pruneOwnLooks } from '../processing/index.ts'
import { assessedUpTo } from '../quality/index.ts'
import { type ChangeFeed, pruneChanges, pruneWithdrawn } from '../records/index.ts'
import { type EvidenceTerms, pruneEvidence } from '../registration/index.ts'
import type { Stock } from '../retention/index.ts'

const DAY_MS = 86_400_000

/** What this node does not keep for ever, and how long it keeps it. The audit chain is never shortened. */
export function stocksOf(config: Pick<Config, 'retention'>, feed: Pick<ChangeFeed, 'lock'>): Stock[] {
  const { looksMonths, messagesMonths, noticesMonths, withdrawnMonths, changesDays, ...evidence } =
    retentionOf(config)
  return [
    {
      what: 'evidence_files',
      prune: (tx, now, most) => {
        const closed = monthsBefore(now, evidence.closedEvidenceMonths)
        const registered = monthsBefore(now, evidence.registeredEvidenceMonths)
        return pruneEvidence(tx, { closed, registered }, most)
      },
    },
    {
      what: 'own_looks',
      prune: (tx, now, most) => pruneOwnLooks(tx, monthsBefore(now, looksMonths), most),
    },
    {
      what: 'access_events',
      prune: async (tx, now, most) =>
        pruneAccessEvents(tx, Math.min(monthsBefore(now, looksMonths), await openSince(tx)), most),
    },
    {
      what: 'looker_names',
      prune: async (tx, now, most) =>
        forgetLookers(tx, Math.min(monthsBefore(now, looksMonths), await openSince(tx)), most),
    },
    {
      what: 'messages',
      prune: (tx, now, most) => pruneMessages(tx, monthsBefore(now, messagesMonths), now, most),
    },
    {
      what: 'call_ups',
      prune: (tx, now, most) => pruneCallUps(tx, monthsBefore(now, messagesMonths), now, most),
    },
    {
      what: 'notices',
      prune: (tx, now, most) => pruneNotices(tx, monthsBefore(now, noticesMonths), most),
    },
    {
      what: 'withdrawn_values',
      prune: (tx, now, most) => pruneWithdrawn(tx, feed, monthsBefore(now, withdrawnMonths), most),
    },
    {
      what: 'changes',
      prune: async (tx, now, most) =>
        pruneChanges(tx, now - changesDays * DAY_MS, await assessedUpTo(tx), most),
    },
  ]
}

/** The beginning of the day so many months ago: what was made on it stays today. */
export const monthsBefore = (now: number, months: number): number => endOfMonths(now, -months) + 1 - DAY_MS

/** Until when files of a case are kept that is over: after it {@link stocksOf} removes them. */
export const evidenceKeptUntil =
  ({ closedEvidenceMonths, registeredEvidenceMonths }: EvidenceTerms) =>
  ({ at, isRegistered }: { readonly at: number; readonly isRegistered: boolean }): number =>
    endOfMonths(at, isRegistered ? registeredEvidenceMonths : closedEvidenceMonths)

/** What the record of processing says of it: what {@link stocksOf} does, in words. */
export function logRetentions(config: Pick<Config, 'retention'>): { nl: string; en: string }[] {
  const { looksMonths, messagesMonths, noticesMonths } = retentionOf(config)
  return [
    {
      nl: `Wie keek: ${looksMonths} maanden, en zolang een zaak over een datalek loopt; de laatste inzage onder een machtiging blijft zonder de naam van wie keek, om te weten wie van een verbetering moet horen.`,
      en: `Who looked: ${looksMonths} months, and as long as a case of a breach runs; the last look under a grant stays without the name of who looked, to know who must hear of a correction.`,
    },
    {
      nl: `Wie van een verbetering of van het einde van een machtiging hoorde: ${noticesMonths} maanden.`,
      en: `Who was told of a correction or of the end of a grant: ${noticesMonths} months.`,
    },
    {
      nl: `Berichten langs machtigingen: ${messagesMonths} maanden nadat zij geschreven zijn.`,
      en: `Messages along grants: ${messagesMonths} months after they were written.`,
    },
    {
      nl: 'Wat besloten en gewijzigd werd: zolang de node bestaat, met personen onder een pseudoniem.',
      en: 'What was decided and changed: as long as the node is there, with persons under a pseudonym.',
    },
  ]
}
