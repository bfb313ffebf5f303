import { grantLinkTable, grantUses, type LookFilter, looksBetween, refOf } from '../access/index.ts'
import type { Questions } from '../cases/index.ts'
import { givenDelegationTable } from '../chains/index.ts'
import { type Caller, type Did, Refusal } from '../core/index.ts'
import type { CredentialTypes } from '../credentials/index.ts'
import { titleOf } from '../http/index.ts'
import { kindNames } from '../processing/index.ts'
import type { Tx } from '../store/index.ts'
import { IsNull, MoreThan } from '../store/index.ts'
import type { Ground } from './ground.ts'
import type { Network } from './network.ts'
import { logRetentions } from './retention.ts'

/** What was read under grants, as the log of our own looks keeps it. */
export const shownUnder = (
  reads: readonly {
    readonly grantId: string
    readonly partner: Did
    readonly claims: readonly { readonly target: Parameters<typeof refOf>[1]; readonly subject: Did }[]
  }[],
  types: CredentialTypes,
) =>
  reads.flatMap(({ grantId, partner, claims }) => {
    const [first] = claims
    if (!first) return []
    const names = claims.map(({ target }) => refOf(types, target))
    // A grant is one subject's.
    return [{ partner, subject: first.subject, grantId, claims: names }]
  })

/** Asking a partner contacts the persons whom an import brought of it. */
export const whenAsking =
  ({ processing, partners }: Network) =>
  async (tx: Tx, caller: Caller, { did, reference }: { did: Did; reference: string }): Promise<void> => {
    const partnerIds = await partners.idsMeant(did, reference)
    await processing.sourceNotices.becomesDue(tx, caller, { partnerIds, because: 'first_contact' })
  }

/** The party of an account or of a system. @throws Refusal `actor_unknown` */
async function requireActor({ accounts, parties }: Ground, reference: string): Promise<string> {
  const user = await accounts.findUser(reference)
  if (user) return user.personId
  const party = await parties.require(reference).catch(() => null)
  if (party && party.kind !== 'organisation') return party.id
  throw new Refusal('unprocessable', 'actor_unknown', 'nobody here has that account, and no system that id')
}

const asItself = (term: string) => {
  const last = term.split('#').at(-1) ?? term
  return { code: term, iri: term, label: { nl: last, en: last } }
}

/** What purposes, bases and claims are called; a claim of a type that is not known any more is called as it is. */
export const termsOf = ({ vocabulary, types }: Ground) => ({
  purpose: (term: string) =>
    vocabulary.purposes.find(({ code, iri }) => code === term || iri === term) ?? asItself(term),
  basis: (term: string) =>
    vocabulary.legalBases.find(({ code, iri }) => code === term || iri === term) ?? {
      ...asItself(term),
      article: '?',
    },
  claim: (claim: Parameters<typeof refOf>[1] | string) => {
    const name = typeof claim === 'string' ? claim : refOf(types, claim)
    const [typeName = '', ...rest] = name.split('.')
    const type = types.findByName(typeName)
    const path = typeof claim === 'string' ? rest : claim.path
    const known = type?.findClaim(path)
    const label = (language: 'nl' | 'en') =>
      type && known
        ? `${type.displayName(language)}: ${type.label(path, language)}`
        : (kindNames[name]?.[language] ?? name)
    return {
      name,
      label: { nl: label('nl'), en: label('en') },
      dataClass: known?.regie.data_class ?? null,
      about: type?.about ?? null,
    }
  },
  type: (name: string) => {
    const type = types.findByName(name)
    return { nl: type?.displayName('nl') ?? name, en: type?.displayName('en') ?? name }
  },
  label: (name: string, path: string) => {
    const type = types.findByName(name)
    const parts = path.split('.')
    const label = (language: 'nl' | 'en') =>
      type?.findClaim(parts) ? type.label(parts, language) : (parts.at(-1) ?? path).replaceAll('_', ' ')
    return { nl: label('nl'), en: label('en') }
  },
  code: (code: string, language: 'nl' | 'en') => titleOf(code, language, code.replaceAll('_', ' ')),
})

/** Who reads on another's behalf now: under our grants, and for us under those of others. */
async function intermediariesOf({ store, clock }: Ground) {
  const expiresAt = MoreThan(clock.now())
  const [links, delegations] = await Promise.all([
    store.reader.findBy(grantLinkTable, { expiresAt, cutAt: IsNull(), endedAt: IsNull() }),
    store.reader.findBy(givenDelegationTable, { expiresAt, endedAt: IsNull() }),
  ])
  const partnerOf = ({ delegate: did, delegateName }: { delegate: Did; delegateName: string }) => ({
    did,
    name: delegateName || did,
  })
  return [
    ...links.map((one) => ({ side: 'given' as const, purpose: one.purpose, partner: partnerOf(one) })),
    ...delegations.map((one) => ({ side: 'held' as const, purpose: one.purpose, partner: partnerOf(one) })),
  ]
}

/** What the operations of processing run on. */
export const processingOf = (
  ground: Ground,
  { processing, partners, directory }: Network,
  questions: Pick<Questions, 'current'>,
) => ({
  ...{ ...processing, clock: ground.clock, logRetentions: logRetentions(ground.config) },
  organisation: () => ground.parties.organisation(),
  terms: termsOf(ground),
  sources: {
    grants: () => all(grantUses(ground)),
    intermediaries: () => intermediariesOf(ground),
    catalogue: async () =>
      (await questions.current()).map(({ purpose, legal_basis: legalBasis, claims, retention }) => ({
        ...{ purpose, legalBasis, retention: retention ?? null },
        claims: claims.map((claim) => refOf(ground.types, claim)),
      })),
    people: async () => {
      const users = await ground.accounts.listUsers()
      const last = users.map(({ createdAt }) => createdAt)
      return { count: users.length, changedAt: last.length > 0 ? Math.max(...last) : null }
    },
    countries: (dids: readonly Did[]) => partners.countriesOf(dids),
  },
  accessLog: (filter: LookFilter) => looksBetween(ground.store, filter),
  claimName: (claim: Parameters<typeof refOf>[1]) => refOf(ground.types, claim),
  partner: async (reference: string) => (await directory.find(reference)).did,
  requireType: (name: string) => ground.types.byName(name).name,
  actors: {
    require: (reference: string) => requireActor(ground, reference),
    tokenId: (token: string) => ground.accounts.tokenId(token),
  },
  moment: async (caller: Caller, partner: string, because: 'first_contact' | 'first_disclosure') => {
    if (!(await partners.has(partner)))
      throw new Refusal('not_found', 'partner_unknown', 'there is no such partner')
    return ground.store.transact((tx) =>
      processing.sourceNotices.becomesDue(tx, caller, { partnerIds: [partner], because }),
    )
  },
})

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = []
  for await (const one of items) found.push(one)
  return found
}
