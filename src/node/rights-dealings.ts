import { refOf } from '../access/index.ts'
import { type Did, isoTime, isoTimeOrNull } from '../core/index.ts'
import type { PersonalData } from '../rights/index.ts'
import type { Exchange } from './cases.ts'
import { every } from './every.ts'
import type { Ground } from './ground.ts'

type Dealings = Pick<PersonalData, 'messages' | 'corrections' | 'cases' | 'ratings'>

/** What a person and those who may see her data wrote and proposed to each other, and what she thought of it. */
export function dealingsOf(
  { clock, types }: Ground,
  { messaging, corrections, cases }: Exchange,
  named: (did: Did) => Promise<{ did: Did; name: string | null }>,
) {
  /** @param written ids of messages she wrote for the organisation */
  return async (party: string, written: readonly string[]): Promise<Dealings> => {
    const [own, others, proposals, files, ratings] = await Promise.all([
      every((page) => messaging.inbox.ofParty(party, page)),
      messaging.inbox.withIds(written),
      every((page) => corrections.deciding.about([party], page)),
      every((page) => cases.files.ofParty(party, page)),
      cases.ratings.givenBy(party),
    ])
    const messages = [...own, ...others.filter(({ id }) => own.every((one) => one.id !== id))]
    return {
      messages: messages.map(({ kind, subject, body, choice, state, direction, ...row }) => ({
        at: isoTime(row.createdAt),
        partner: { did: row.partner, name: row.partnerName },
        ...{ direction, kind, subject, body, choice: choice ?? null, state },
      })),
      corrections: proposals.map((row) => ({
        at: isoTime(row.createdAt),
        proposer: { did: row.proposer, name: row.proposerName },
        claim: refOf(types, row),
        ...{ proposed: row.proposed, state: row.state },
      })),
      cases: files.map(({ question, title, about, state, ...row }) => ({
        opened_at: isoTime(row.openedAt),
        closed_at: isoTimeOrNull(row.closedAt),
        partner: { did: row.partner, name: row.partnerName },
        ...{ question, title, about },
        state: state === 'open' && row.until <= clock.now() ? 'ended' : state,
      })),
      ratings: await Promise.all(
        ratings.map(async ({ ratedAt, grantId, grantee, cameTrue, note }) => ({
          at: isoTime(ratedAt),
          grant: grantId,
          recipient: await named(grantee),
          ...{ came_true: cameTrue, note },
        })),
      ),
    }
  }
}
