import type { Audit } from '../../../audit/index.ts'
import { type Caller, type Clock, type Did, isoTime, Refusal } from '../../../core/index.ts'
import {
  type Credentials,
  type HeldCredentialRow,
  openCredential,
  readOpened,
} from '../../../credentials/index.ts'
import { isJsonObject } from '../../../jose/index.ts'
import type { Party } from '../../../parties/index.ts'
import { In, Not, type Store } from '../../../store/index.ts'
import {
  CONTENTS_TYPE,
  type FileKey,
  MAX_ENTRIES,
  type PrivateHolderJwk,
  sealWalletFile,
  type WalletContents,
  type WalletEntry,
} from '../../../wallet-file/index.ts'
import type { Inbox } from '../inbox.ts'
import {
  type WalletIssuanceRow,
  type WalletOfferRow,
  walletIssuanceTable,
  walletOfferTable,
} from '../tables.ts'

/**
 * `our_keys`: it is bound to a key of our DID, or to the one that presents a person's credentials of the network; those
 * keys stay. `of_the_network`: it came by an offer of the network and says something of our DID. `expired`.
 */
export const leftOutReasons = ['our_keys', 'of_the_network', 'expired'] as const
export type LeftOutReason = (typeof leftOutReasons)[number]

export interface ExportingDeps {
  readonly store: Store
  readonly clock: Clock
  readonly audit: Audit
  readonly credentials: Pick<Credentials, 'listHeld' | 'open'>
  readonly inbox: Pick<Inbox, 'shown'>
  readonly holderKeys: HolderKeyExport
}

export interface HolderKeyExport {
  /** The private half of a holder key. @throws Refusal `key_not_portable`, `key_unknown` */
  exportHolderKey(kid: string): Promise<Omit<PrivateHolderJwk, 'kid'>>
}

export interface Taken {
  /** The file: see docs/wallet-file.md. */
  readonly file: string
  readonly credentials: number
  readonly keys: number
  /** How many name our DID: only a node that has it takes those. */
  readonly aboutOurDid: number
  readonly leftOut: readonly { readonly reason: LeftOutReason; readonly type: string }[]
}

/** A credential that goes along, and whose it is. */
interface Portable {
  readonly row: HeldCredentialRow
  readonly issuance: WalletIssuanceRow
  readonly offer: WalletOfferRow
}

/**
 * Writes what a party holds of issuers as a file, with the keys it is bound to. Who took it out, and how much, is written
 * down before it is handed over.
 * @throws Refusal `wallet_too_large`, `key_not_portable`
 */
export async function exportWallet(
  caller: Caller,
  holder: Party,
  fileKey: FileKey,
  deps: ExportingDeps,
): Promise<Taken> {
  const { store, clock, audit } = deps
  const { portable, leftOut } = await sortOut(holder, deps)
  if (portable.length > MAX_ENTRIES)
    throw new Refusal('too_large', 'wallet_too_large', 'there is more than fits in one file')
  const contents: WalletContents = {
    type: CONTENTS_TYPE,
    created_at: isoTime(clock.now()),
    holder: { kind: holder.kind === 'organisation' ? 'organisation' : 'person', did: holder.did },
    credentials: await Promise.all(portable.map((one) => entryOf(one, deps))),
    keys: await keysOf(portable, deps),
  }
  const file = await sealWalletFile(contents, fileKey)
  const counts = { credentials: portable.length, keys: contents.keys.length }
  const aboutOurDid = contents.credentials.filter(({ credential }) => isAbout(holder.did, credential)).length
  await store.transact((tx) => audit.record(tx, caller, 'wallet.exported', { party: holder.id, ...counts }))
  return { file, ...counts, aboutOurDid, leftOut }
}

/** Whether it names that DID; in its row a credential that names nobody is its holder's. */
function isAbout(did: Did, compact: string): boolean {
  const { sub, credentialSubject: subject } = readOpened(openCredential(compact)).payload
  return sub === did || (isJsonObject(subject) && subject.id === did)
}

async function sortOut(holder: Party, { store, clock, credentials }: ExportingDeps) {
  const { reader } = store
  const rows = await credentials.listHeld(reader, holder.id)
  const issuances = await reader.findBy(walletIssuanceTable, { holderParty: holder.id, state: Not('failed') })
  const issuanceOf = new Map(issuances.flatMap((one) => one.credentialIds.map((id) => [id, one] as const)))
  const offers = await reader.findBy(walletOfferTable, { id: In(issuances.map(({ offerId }) => offerId)) })
  const offerOf = new Map(offers.map((offer) => [offer.id, offer]))
  const portable: Portable[] = []
  const leftOut: { reason: LeftOutReason; type: string }[] = []
  for (const row of rows) {
    const issuance = issuanceOf.get(row.id)
    const offer = issuance && offerOf.get(issuance.offerId)
    const reason = whyNot(row, holder, clock.now())
    if (issuance && offer && !reason) portable.push({ row, issuance, offer })
    else leftOut.push({ reason: reason ?? 'of_the_network', type: row.vct })
  }
  return { portable, leftOut }
}

function whyNot(
  { bindingKey, expiresAt }: HeldCredentialRow,
  holder: Party,
  now: number,
): LeftOutReason | null {
  if (expiresAt !== null && expiresAt <= now) return 'expired'
  if (bindingKey === null) return null
  return bindingKey.startsWith('did:') || bindingKey === holder.presentationKid ? 'our_keys' : null
}

async function entryOf(
  { row, issuance, offer }: Portable,
  { credentials, inbox }: ExportingDeps,
): Promise<WalletEntry> {
  return {
    format: row.format,
    credential: await credentials.open(row),
    key: row.bindingKey,
    received_at: isoTime(row.receivedAt),
    batch: issuance.credentialIds.length > 1 ? issuance.id : null,
    source: {
      credential_issuer: offer.credentialIssuer,
      credential_configuration_id: issuance.configurationId,
      authorization_server: (await inbox.shown(offer)).server,
    },
  }
}

async function keysOf(
  portable: readonly Portable[],
  { holderKeys }: ExportingDeps,
): Promise<PrivateHolderJwk[]> {
  const kids = new Set(portable.flatMap(({ row: { bindingKey } }) => bindingKey ?? []))
  return Promise.all([...kids].map(async (kid) => ({ ...(await holderKeys.exportHolderKey(kid)), kid })))
}
