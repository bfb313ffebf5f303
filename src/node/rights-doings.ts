import { grantLinkTable, refOf, requestReasons, sentRequestTable } from '../access/index.ts'
import { type Did, isDid, isoTime, isoTimeOrNull } from '../core/index.ts'
import { trainingOf } from '../learning/index.ts'
import { walletOffersOf } from '../oid4vci/index.ts'
import { ownLookTable } from '../processing/index.ts'
import { signedAcceptanceTable } from '../registration/index.ts'
import type { PersonalData } from '../rights/index.ts'
import { approvalTable, templateTable } from '../standing-consent/index.ts'
import type { Ground } from './ground.ts'
import type { Network } from './network.ts'

type Doings = Pick<
  PersonalData,
  | 'asked'
  | 'wallet_offers'
  | 'looks'
  | 'shown_to'
  | 'approvals'
  | 'acceptances'
  | 'training_attempts'
  | 'training_certificates'
  | 'intermediaries'
  | 'acts'
> & {
  /** Messages she wrote for the organisation. */
  readonly written: readonly string[]
}

/** What a person of ours did here, and who thereby got to know who she is. */
export function doingsOf(
  { store, vault, types, audit }: Ground,
  { partners }: Network,
  named: (did: Did, known?: string) => Promise<{ did: Did; name: string | null }>,
) {
  const refs = (claims: readonly Parameters<typeof refOf>[1][]) => claims.map((claim) => refOf(types, claim))

  const asked = async (actorParty: string): Promise<Doings['asked']> => {
    const found = await store.reader.find(sentRequestTable, { where: { actorParty }, order: { id: 'DESC' } })
    return Promise.all(
      found.map(async (row) => {
        const details = JSON.parse(await vault.openText(requestReasons.place(row.id), row.sealed))
        return {
          ...{ id: row.id, asked_at: isoTime(row.createdAt) },
          partner: { did: row.partner, name: row.partnerName },
          ...{ claims: refs(row.claims), purposes: row.purpose, legal_basis: row.legalBasis },
          ...{ reason: details.relevance ?? null, state: row.state },
        }
      }),
    )
  }

  const looks = async (actorParty: string): Promise<Doings['looks']> => {
    const found = await store.reader.find(ownLookTable, { where: { actorParty }, order: { id: 'DESC' } })
    const names = new Map<string, Promise<PersonalData['looks'][number]['partner']>>()
    const partnerOf = (reference: string) => {
      const known = names.get(reference)
      if (known) return known
      const asking = isDid(reference)
        ? named(reference)
        : partners.byIds([reference]).then(([found]) => ({ did: null, name: found?.row.name ?? null }))
      names.set(reference, asking)
      return asking
    }
    return Promise.all(
      found.map(async (row) => ({
        at: isoTime(row.at),
        partner: await partnerOf(row.partner),
        under_grant: row.grantId !== null,
        claims: [...row.claims],
      })),
    )
  }

  const walletOffers = async (party: string): Promise<Doings['wallet_offers']> =>
    (await walletOffersOf(party, { store, vault })).map(({ row, shown }) => ({
      ...{ id: row.id, offered_at: isoTime(row.createdAt) },
      issuer: { url: row.credentialIssuer, name: shown.issuerName },
      what: shown.configurations.map(({ id, name }) => name ?? id),
      ...{ state: row.state, reason: row.reason, decided_at: isoTimeOrNull(row.decidedAt) },
    }))

  const approvals = async (ownerParty: string): Promise<Doings['approvals']> => {
    const [listed, templates] = await Promise.all([
      store.reader.find(approvalTable, { where: { ownerParty }, order: { id: 'DESC' } }),
      store.reader.find(templateTable, { where: { ownerParty }, order: { id: 'DESC' } }),
    ])
    return [
      ...(await Promise.all(
        listed.map(async ({ rules, createdAt, removedAt }) => ({
          ...{
            kind: 'approval' as const,
            name: null,
            since: isoTime(createdAt),
            until: isoTimeOrNull(removedAt),
          },
          partner: rules.partner === null ? null : await named(rules.partner),
          ...{ partner_role: rules.role, purpose: rules.purpose, legal_basis: rules.basis },
          ...{ claims: rules.claims && refs(rules.claims), at_most: rules.maxLength },
        })),
      )),
      ...templates.map(({ name, rules, createdAt }) => ({
        ...{ kind: 'template' as const, name, since: isoTime(createdAt), until: null },
        ...{ partner: null, partner_role: null, purpose: rules.purpose, legal_basis: null },
        ...{ claims: rules.claims && refs(rules.claims), at_most: rules.maxLength },
      })),
    ]
  }

  return async (party: string): Promise<Doings> => {
    const [requests, offers, seen, prepared, signed, links, acts, training] = await Promise.all([
      asked(party),
      walletOffers(party),
      looks(party),
      approvals(party),
      store.reader.find(signedAcceptanceTable, { where: { signerParty: party } }),
      store.reader.find(grantLinkTable, { where: { grantorParty: party }, order: { id: 'DESC' } }),
      audit.of(party),
      trainingOf(party, { store, vault }),
    ])
    const idOf = ({ action, data }: (typeof acts)[number]) =>
      action === 'message.sent' ? data.message : action === 'message.answered' ? data.answer : null
    return {
      asked: requests,
      wallet_offers: offers,
      looks: seen,
      shown_to: shownTo(requests, seen),
      approvals: prepared,
      acceptances: signed.map(({ signedAt, policyVersion, digest }) => ({
        ...{ at: isoTime(signedAt), policy_version: policyVersion, digest },
      })),
      ...training,
      intermediaries: await Promise.all(
        links.map(async (link) => ({
          grant: link.grantId,
          to: { did: link.delegate, name: link.delegateName || null },
          on_behalf_of: await named(link.principal),
          ...{ claims: refs(link.claims), purposes: link.purpose },
          ...{ from: isoTime(link.startsAt), until: isoTime(link.expiresAt) },
          ended_at: isoTimeOrNull(link.cutAt ?? link.endedAt),
        })),
      ),
      acts: acts.map(({ at, action, data }) => ({ at: isoTime(at), action, about: { ...data } })),
      written: acts.map(idOf).filter((id) => typeof id === 'string'),
    }
  }
}

/** Whoever she asked, or read under a grant, was shown who asked. */
function shownTo(asked: Doings['asked'], looks: Doings['looks']): Doings['shown_to'] {
  const all = new Map<string, PersonalData['shown_to'][number]>()
  const times = [
    ...asked.filter(({ state }) => state !== 'queued').map(({ partner, asked_at: at }) => ({ partner, at })),
    ...looks.filter((look) => look.under_grant),
  ]
  for (const { partner, at } of times) {
    const known = all.get(partner.did ?? '')
    const last = known && known.last_at > at ? known.last_at : at
    all.set(partner.did ?? '', { recipient: partner, times: (known?.times ?? 0) + 1, last_at: last })
  }
  return [...all.values()]
}
