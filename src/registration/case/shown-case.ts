import type { z } from 'zod'
import type { Clock } from '../../core/index.ts'
import type { Parties } from '../../parties/index.ts'
import type { CaseFile } from './case-files.ts'
import { type caseDetail, type Shown, showDetail } from './case-views.ts'
import type { Desk } from './desk.ts'
import type { CaseMoves } from './moves.ts'

export interface ShowCaseDeps {
  readonly clock: Clock
  readonly parties: Parties
  readonly moves: CaseMoves
  readonly desk: Desk
}

/** Cases as the servicedesk sees them, with the names of who works there. */
export function createShowCase({ clock, parties, moves, desk }: ShowCaseDeps) {
  const among = async (people: readonly (string | null)[]): Promise<Shown> => {
    const ids = [...new Set(people.flatMap((id) => id ?? []))]
    const profiles = await parties.profiles(ids)
    return { now: clock.now(), nameOf: (id) => profiles.get(id)?.name ?? null }
  }
  const detail = async (file: CaseFile): Promise<z.input<typeof caseDetail>> => {
    const { id, owner } = file.row
    const [found, notes] = await Promise.all([moves.of(id), desk.notes(id)])
    const people = [owner, ...found.map(({ byParty }) => byParty), ...notes.map(({ byParty }) => byParty)]
    return showDetail(file, { moves: found, notes }, await among(people))
  }
  return { among, detail }
}
export type ShowCase = ReturnType<typeof createShowCase>
