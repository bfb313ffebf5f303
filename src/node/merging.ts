import { InvitedPartners, moveInvitations } from '../invitations/index.ts'
import { Many, Merging } from '../partners/index.ts'
import type { openQuality } from './data-quality.ts'
import type { Network } from './network.ts'

/** Two partners become one in every room that holds something of them. */
export function openMerging(
  { mergingDeps, processing, cards }: Network,
  { duplicates }: Pick<ReturnType<typeof openQuality>, 'duplicates'>,
) {
  return {
    merging: new Merging({
      ...mergingDeps,
      moved: async (tx, merged) => {
        await duplicates.merged(tx, merged)
        await cards.moved(tx, merged)
        await processing.newNotices.moved(tx, merged)
        await moveInvitations(tx, merged)
      },
    }),
    many: new Many(mergingDeps),
    invited: new InvitedPartners(mergingDeps),
    saidDifferent: (partners: readonly string[]) => duplicates.saidDifferent(partners),
  }
}
