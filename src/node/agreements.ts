import { z } from 'zod'
import {
  AgreementFiles,
  type AgreementTell,
  AnchorDeposits,
  type Authority,
  Depositing,
  Incoming,
  Negotiation,
  queueDeposit,
  Steps,
  type WhenOver,
} from '../agreements/index.ts'
import { asDid, type Did, Refusal } from '../core/index.ts'
import type { TellHandlers } from '../events/index.ts'
import type { Cases, Offers } from '../registration/index.ts'
import type { Exchange as Parts } from './exchange.ts'
import type { Ground } from './ground.ts'
import type { Network } from './network.ts'

/** What was opened under an agreement. */
interface Under {
  readonly endUnder: WhenOver
}

type AgreementHandlers = Pick<TellHandlers, AgreementTell['kind']>

/** Agreements with partners, on both sides. */
export function openAgreements(
  ground: Ground,
  network: Network,
  { telling, ends, tradeSecrets }: Pick<Parts, 'telling' | 'ends'> & { readonly tradeSecrets: Under },
) {
  const { parties, accounts, outbox } = ground
  const { trust, directory } = network
  const files = new AgreementFiles(ground)
  const steps = new Steps({
    ...{ ...ground, files },
    deposit: (tx, id) => queueDeposit(outbox, tx, id),
    whenOver: async (tx, by, agreement) => {
      await ends.endUnder(tx, by, agreement)
      await tradeSecrets.endUnder(tx, by, agreement)
    },
  })
  const depositing = new Depositing({
    ...{ ...ground, files, steps, client: network.anchorClient, anchor: network.anchor },
  })
  const negotiation = new Negotiation({
    ...{ ...ground, files, steps },
    tell: (tx, to, tell, id) => telling.tell(tx, to, tell, id),
    partner: (reference) => directory.find(reference),
    authority: { require: (personId) => requireAuthority(ground, personId) },
    people: {
      nameOf: async (personId) => (await parties.profile(personId)).name,
      withRole: (role) => accounts.personsWithRole(role),
    },
  })
  const incoming = new Incoming({
    ...{ ...ground, files, steps },
    isMember: async (did) => (await trust.standingOf(did)) === 'valid',
    nameOf: (did) => trust.nameOf(did),
  })
  const kinds = ['agreement-proposed', 'agreement-moved', 'agreement-signed', 'agreement-ended'] as const
  for (const kind of kinds)
    telling.whenTried(kind, async (id, outcome) => {
      if (outcome.kind === 'refused') await files.refused(id, outcome.code)
    })
  const isExpected = (from: Did, tell: AgreementTell) => incoming.isExpected(from, tell)
  const handlers: AgreementHandlers = {
    'agreement-proposed': {
      isExpected,
      accept: (tx, { id, issuer, tell }) => incoming.proposed(tx, issuer, id, tell),
    },
    'agreement-moved': {
      isExpected,
      accept: (tx, { id, issuer, tell }) => incoming.moved(tx, issuer, id, tell),
    },
    'agreement-signed': {
      isExpected,
      accept: (tx, { id, issuer, tell }) => incoming.signed(tx, issuer, id, tell),
    },
    'agreement-ended': {
      isExpected,
      accept: (tx, { id, issuer, tell }) => incoming.ended(tx, issuer, id, tell),
    },
  }
  const ourName = async () => (await parties.profile((await parties.organisation()).id)).name
  return { files, depositing, handlers, operations: { files, negotiation, ourName } }
}

/** The trust anchor's side: digests and signatures of what its members agreed. */
export const openDeposits = (
  ground: Ground,
  { registry }: Network,
  offers: Offers,
  { caseFiles, evidence }: Pick<Cases, 'caseFiles' | 'evidence'>,
) =>
  new AnchorDeposits({
    ...{ ...ground, registry },
    offer: (tx, offer) => offers.create(tx, offer),
    actingWith: async (organisation, person) => {
      const row = await caseFiles.registeredOf(organisation)
      return row ? evidence.actingWith(row.id, person) : null
    },
  })

/** Who may bind the company, as its own register of people has it now, and as the trust anchor found. */
async function requireAuthority(ground: Ground, personId: string): Promise<Authority> {
  const { parties } = ground
  const { representation } = await parties.profile(personId)
  if (!representation)
    throw new Refusal(
      'forbidden',
      'not_representative',
      'only a legal representative can sign for the company',
    )
  const found = await findAuthority(ground, personId)
  if (found) return found
  // With whom she has to sign only the trust anchor can say.
  if (representation === 'JOINT') throw jointOnly()
  return { representation }
}

const jointOnly = () =>
  new Refusal(
    'unprocessable',
    'joint_representation_incomplete',
    'this representative may only sign together with another one',
  )

/**
 * What the trust anchor found of her authority narrows what her own company says of it: the credential may take away,
 * never add. A limit is in words or an amount that no machine holds a contract against, so it is a no.
 */
async function findAuthority(
  { credentials, parties, store, clock }: Ground,
  personId: string,
): Promise<Authority | null> {
  const vct = credentials.types.byName('representative-authority').vct
  const row = await credentials.findCurrent(store.reader, personId, vct)
  if (!row) return null
  const { payload } = await credentials.read(row)
  const found = foundAuthority.safeParse(payload)
  const { did } = await parties.organisation()
  if (!found.success || found.data.represented_economic_operator.did !== did) throw notAuthorised()
  if (found.data.exp !== undefined && found.data.exp * 1000 <= clock.now()) throw notAuthorised()
  if (found.data.limited)
    throw new Refusal(
      'forbidden',
      'representation_limited',
      'the authority of this representative is limited: somebody whose authority is not signs',
    )
  const { representation_type: representation, joint_with: others = [] } = found.data
  if (representation === 'SOLE') return { representation }
  if (others.length === 0) throw jointOnly()
  return { representation, others: others.map(asDid) }
}

const foundAuthority = z.object({
  represented_economic_operator: z.object({ did: z.string() }),
  representation_type: z.enum(['SOLE', 'JOINT']),
  joint_with: z.array(z.string()).optional(),
  limited: z.boolean(),
  exp: z.number().optional(),
})

const notAuthorised = () =>
  new Refusal(
    'forbidden',
    'not_representative',
    'what the trust anchor found does not let this person sign for the company',
  )

/** The agreement with that partner, for a request to name. @throws Refusal `agreement_not_in_force`, `partner_unknown` */
export async function requireInForce(
  { directory }: Network,
  { agreementsInForce }: Pick<Parts, 'agreementsInForce'>,
  id: string,
  reference: string,
) {
  const { did } = await directory.find(reference)
  const named = await agreementsInForce.find(id, did)
  if (named) return named
  throw new Refusal('conflict', 'agreement_not_in_force', 'no such agreement is in force with this partner')
}
