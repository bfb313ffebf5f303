import { Channels } from '../access/index.ts'
import type { Did } from '../core/index.ts'
import type { Oid4vci } from '../oid4vci/index.ts'
import type { Partners, SharedValue } from '../partners/index.ts'
import {
  comparePeriods,
  Figures,
  Lists,
  ReceivedStatements,
  Statements,
  statementClaim,
} from '../sharing/index.ts'
import type { Ground } from './ground.ts'
import type { Network } from './network.ts'
import type { openTelling } from './telling.ts'

interface Sharing {
  readonly offers: Oid4vci['offers']
  readonly telling: ReturnType<typeof openTelling>
}

/** What the organisation shares back, and what partners state to it. */
export function openSharing(ground: Ground, network: Network, { offers, telling }: Sharing) {
  const { people, parties } = ground
  const { directory, trust, partners } = network
  const channels = new Channels(ground)
  const lists = new Lists({
    ...ground,
    publish: (tx, by, type, claims) => people.publish(tx, by, type, claims),
    whenWithdrawn: (tx, by, row) => telling.withdrawn(tx, by, row),
  })
  const statements = new Statements({
    ...ground,
    partner: (reference) => directory.find(reference),
    isOpenToUs: async (tx, customer) => (await channels.heldOf(tx, [customer])).length > 0,
    offer: (tx, offer) => offers.create(tx, offer),
  })
  const received = new ReceivedStatements({ ...ground, nameOf: (did) => trust.nameOf(did) })
  const figures = new Figures({ ...ground, lists, statements, groupsOf: (by) => groupsOf(partners, by) })
  return {
    operations: { lists, statements, received, figures },
    /** What a partner states to us of the latest period, as values of its record. */
    statedBy: async (partner: Did): Promise<SharedValue[]> => {
      const [us, all] = await Promise.all([parties.organisation(), received.list(partner)])
      return latestOf(all).flatMap((one) => one.names.map((name) => asShared(us.did, one, name)))
    },
    /** Who holds a grant of ours and has its wallet there. */
    granteesAt: (wallet: string) => channels.granteesAt(wallet),
  }
}

type Stated = Awaited<ReturnType<ReceivedStatements['list']>>[number]

/** Of what still holds the latest period; where nothing does, of what was withdrawn. */
function latestOf(all: readonly Stated[]): readonly Stated[] {
  const valid = all.filter((one) => one.valid)
  return (valid.length > 0 ? valid : all)
    .toSorted((one, other) => comparePeriods(other.period, one.period) || other.issuedAt - one.issuedAt)
    .slice(0, 1)
}

const asShared = (us: Did, stated: Stated, name: string): SharedValue => ({
  claim: statementClaim(name),
  value: stated.claims[name] ?? null,
  hidden: false,
  state: stated.valid ? 'current' : 'withdrawn',
  subject: us,
  source: { did: stated.issuer, name: stated.issuerName, kind: 'attested' },
  trusted: stated.valid,
  issuedAt: stated.issuedAt,
  validUntil: stated.validUntil,
  asOf: stated.receivedAt,
  checkedAt: stated.checkedAt,
  grantId: null,
  until: stated.validUntil ?? stated.issuedAt,
  withdrawn: stated.valid ? null : { at: stated.checkedAt ?? stated.receivedAt, code: 'statement_withdrawn' },
})

/** One group for each partner, so that groups have nobody in common: what it is to us first, or where it is. */
async function groupsOf(partners: Partners, by: 'role' | 'region'): Promise<ReadonlyMap<Did, string>> {
  const groups = new Map<Did, string>()
  for (const { row, content } of await partners.withDid()) {
    const { country = 'NL', postcode } = content.details
    // The first two digits of a Dutch postcode are a region; elsewhere the country is one.
    const region = country === 'NL' ? postcode?.match(/^\d{2}/)?.[0] : country
    const group = by === 'role' ? row.roles[0] : region
    if (row.did !== null && group !== undefined) groups.set(row.did, group)
  }
  return groups
}
