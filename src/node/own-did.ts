import type { SignedChange } from '../agent/index.ts'
import type { Caller } from '../core/index.ts'
import { heldCredentialTable } from '../credentials/index.ts'
import { type Outcome, OwnDid } from '../own-did/index.ts'
import type { Tx } from '../store/index.ts'
import type { Exchange } from './cases.ts'
import type { Ground } from './ground.ts'

/** Our organisation's DID over its life, and what its end of a key means to everything that was signed with it. */
export function openOwnDid(
  ground: Ground,
  { ends, chains, sharing, telling }: Pick<Exchange, 'ends' | 'chains' | 'sharing' | 'telling'>,
  outward: {
    readonly relay: (change: SignedChange) => Promise<unknown>
    readonly whenReissued: () => Promise<void>
  },
): OwnDid {
  const { credentials, people, config } = ground

  /** Whoever holds it hears of it, where its own room tells. */
  const end = async (tx: Tx, by: Caller | 'system', { id, type }: Outcome): Promise<void> => {
    if (type === 'access-grant') await ends.end(tx, by, id, 'key_lost')
    if (type === 'access-delegation') await chains.delegations.keyLost(tx, by, id)
    if (type === 'customer-statement') await sharing.operations.statements.keyLost(tx, id)
    // What was never taken into use is in no room's table.
    await credentials.revoke(tx, id)
  }

  /** The trust anchor's of itself: it registers itself once more when none is current. */
  const byAnchor = (type: string) => credentials.types.byName(type).issuerRule === 'trust-anchor'

  const issueAgain = async (tx: Tx, by: Caller | 'system', { id, type }: Outcome): Promise<void> => {
    const issued = await credentials.findIssued(tx, id)
    const held =
      issued && (await tx.findOneBy(heldCredentialTable, { digest: issued.digest, state: 'current' }))
    // Whoever read it has a value under a signature that is worth nothing now.
    if (held && byAnchor(type)) await credentials.retire(tx, held)
    else if (held) await telling.signedAnew(tx, by, await people.issueAgain(tx, held))
  }

  return new OwnDid({
    ...ground,
    ...outward,
    url: config.url,
    endOf: (tx, by, outcome) => (outcome.fate === 'reissued' ? issueAgain : end)(tx, by, outcome),
  })
}
