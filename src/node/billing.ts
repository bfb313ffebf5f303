import { join } from 'node:path'
import {
  type AnchorBillingDeps,
  Books,
  Closing,
  Corrections,
  type InvoiceParty,
  loadTariffs,
  type MemberBillingDeps,
  type Members,
  Meter,
  type PayerOf,
} from '../billing/index.ts'
import type { Did } from '../core/index.ts'
import { In, rows } from '../store/index.ts'
import { registryTable } from '../trust/index.ts'
import { DATA_ROOT, type Ground } from './ground.ts'
import type { Network } from './network.ts'

/** What an organisation is charged: its own question to the trust anchor and, on that node, the books. */
export function openBilling(ground: Ground, { anchorClient, registry }: Network) {
  const { config, parties, store, vault } = ground
  const organisation = async () => {
    const { id, did } = await parties.organisation()
    return { did, name: (await parties.profile(id)).name }
  }
  const mine: MemberBillingDeps = { ...ground, organisation, client: anchorClient }
  if (!config.isTrustAnchor) return { mine, anchor: null, tidy: async () => undefined }
  const members = membersOf(ground)
  const seller = async (): Promise<InvoiceParty> => {
    const { name, did } = await organisation()
    const { kvkNumber, vatNumber, address } = config.organisation
    const town = [address?.postalCode, address?.locality].filter(Boolean).join(' ')
    return {
      ...{ name, did, kvk_number: kvkNumber ?? null, vat_number: vatNumber ?? null },
      address: [address?.streetAddress, town].filter(Boolean).join(', ') || null,
    }
  }
  const deps = {
    ...{ ...ground, members, seller, payerOf, tariffs: loadTariffs(join(DATA_ROOT, 'tariff')) },
    ourselves: async () => (await organisation()).did,
    pseudonym: (id: string) => vault.pseudonym(id),
  }
  const meter = new Meter(deps)
  const corrections = new Corrections(deps)
  const anchor: AnchorBillingDeps = {
    ...{ ...deps, url: config.url, corrections },
    books: new Books({ ...deps, meter, corrections }),
    closing: new Closing({ ...deps, meter }),
    isRegistered: async (did) => (await registry.find(did)) !== null,
    store,
  }
  return { mine, anchor, tidy: () => meter.catchUp() }
}

/**
 * Who brought a partner in pays for its registration, and for what the two conclude; of several the first. Whoever came
 * by itself pays for itself, and of a contract whose text it was first.
 */
const payerOf: PayerOf = async (tx, { event, organisation, reference }) => {
  const invited = `SELECT o.inviter FROM invitation_order o JOIN invited_party p ON p.id = o.party_id`
  const [found] =
    event === 'partner_registered'
      ? await rows<{ inviter: Did }>(tx, `${invited} WHERE p.joined_by = ? ORDER BY o.id LIMIT 1`, [
          organisation,
        ])
      : await rows<{ inviter: Did }>(
          tx,
          `${invited} JOIN agreement_deposit d ON d.id = ?
           WHERE (p.joined_by = d.first_did AND o.inviter = d.second_did)
              OR (p.joined_by = d.second_did AND o.inviter = d.first_did) ORDER BY o.id LIMIT 1`,
          [reference],
        )
  return found ? { payer: found.inviter, isInviter: true } : { payer: organisation, isInviter: false }
}

const membersOf = ({ store }: Ground): Members => ({
  activeSince: async (tx, before) => {
    const found = await rows<{ did: Did }>(
      tx,
      `SELECT did FROM registry_entry WHERE state = 'active' AND since <= ? AND roles NOT LIKE '%trust_anchor%'
       ORDER BY did`,
      [before],
    )
    return found.map(({ did }) => did)
  },
  named: async (dids) => {
    const found = new Map<Did, InvoiceParty>()
    for (let at = 0; at < dids.length; at += AT_ONCE)
      for (const { did, name, kvkNumber } of await store.reader.findBy(registryTable, {
        did: In(dids.slice(at, at + AT_ONCE)),
      }))
        found.set(did, { name, did, kvk_number: kvkNumber, vat_number: null, address: null })
    return found
  },
})

/** As many parameters as one statement takes on both engines. */
const AT_ONCE = 500
