import type { Audit } from '../../audit/index.ts'
import { isRefusal, newId, Refusal } from '../../core/index.ts'
import type { Parties, Party } from '../../parties/index.ts'
import { change, type Store, type Tx } from '../../store/index.ts'
import type { Vault } from '../../vault/index.ts'
import {
  type CredentialRequestDeps,
  type Outcome,
  requestCredential,
  type WalletEvent,
} from './credential-request.ts'
import { Encryption } from './encryption.ts'
import type { ReadingFormat } from './formats.ts'
import { chooseKeys, type HolderKey, planKeys } from './holder-keys.ts'
import { type Checked, checkCredentials, type KeepingDeps, keepCredentials } from './keeping.ts'
import { type FoundIssuer, fetchIssuer, type MetadataDeps } from './metadata.ts'
import type { Session } from './session.ts'
import type { WalletSettings } from './settings.ts'
import {
  type WalletIssuanceRow,
  type WalletOfferRow,
  walletIssuanceTable,
  walletOfferTable,
} from './tables.ts'
import { Transport } from './transport.ts'

export interface RedeemingDeps extends MetadataDeps, KeepingDeps, CredentialRequestDeps {
  readonly store: Store
  readonly vault: Vault
  readonly audit: Audit
  readonly parties: Pick<Parties, 'require'>
  readonly formats: readonly ReadingFormat[]
  readonly settings: WalletSettings
}

/** What we go back to an issuer with, beside when. */
export interface Kept {
  readonly session: Session
  readonly notificationId: string | null
  readonly transactionId: string | null
  readonly keys: readonly HolderKey[] | null
  /** Lineage of the credential it takes the place of. */
  readonly renews: string | null
}

/** An issuer we speak to, with a token of its authorization server. */
export interface Found {
  readonly issuer: FoundIssuer
  readonly transport: Transport
  readonly session: Session
}

/** One credential of an offer, and what an issuer is asked for it with. */
export interface Wanted {
  readonly configurationId: string
  readonly copies: number
  readonly ownKey: boolean
  /** Lineage of the credential it takes the place of. */
  readonly renews: string | null
  readonly isNetwork: boolean
}

const DAY_MS = 86_400_000
const place = (id: string) => `wallet_issuance:${id}`

/** Fetches credentials with a token, and keeps what they turn out to be. */
export class Redeeming {
  readonly #deps: RedeemingDeps

  constructor(deps: RedeemingDeps) {
    this.#deps = deps
  }

  /** The configurations of an issuer that we read, with their types. */
  readable({ configurations }: FoundIssuer): ReadonlyMap<string, { format: ReadingFormat; type: string }> {
    const found = [...configurations].flatMap(([id, configuration]) => {
      const format = this.#deps.formats.find((one) => one.format === configuration.format)
      const type = format?.typeOf(configuration as never) ?? null
      return format && type !== null ? [[id, { format, type }] as const] : []
    })
    return new Map(found)
  }

  /**
   * Whether what is offered can be asked for at all: looked at before a code is spent on it.
   * @throws Refusal `encryption_unsupported`, and as {@link planKeys}
   */
  async requireAble({ holderParty, copies, ...how }: WalletOfferRow, issuer: FoundIssuer): Promise<void> {
    const holder = await this.#deps.parties.require(holderParty)
    Encryption.requiredBy(issuer.document)
    const planned = { copies, network: how.isNetwork, ownKey: how.holderKey === 'own' }
    for (const id of this.readable(issuer).keys()) {
      const configuration = issuer.configurations.get(id)
      if (configuration) await planKeys(holder, configuration, planned, this.#deps)
    }
  }

  /**
   * Fetches one credential, or several where the token names more than one.
   * @returns whether all of it is here; false where the issuer needs time
   * @throws Refusal of the issuer, of egress, and of {@link checkCredentials}
   */
  async fetch(offer: WalletOfferRow, found: Found, wanted: Wanted): Promise<boolean> {
    const holder = await this.#deps.parties.require(offer.holderParty)
    const { issuer, session } = found
    const configuration = issuer.configurations.get(wanted.configurationId)
    if (!configuration) throw missing()
    const copies = Math.min(wanted.copies, issuer.document.batch_credential_issuance?.batch_size ?? 1)
    const how = { copies, network: wanted.isNetwork, ownKey: wanted.ownKey }
    const identifiers = new Map(session.identifiers).get(wanted.configurationId) ?? [null]
    let isAll = true
    for (const identifier of identifiers) {
      const keys = await chooseKeys(holder, configuration, how, this.#deps)
      const asked = { configurationId: wanted.configurationId, identifier, keys }
      const outcome = await requestCredential(found, asked, this.#deps)
      const row = this.#newRow(offer, wanted.configurationId)
      const kept = { session, keys, notificationId: null, transactionId: null, renews: wanted.renews }
      if (!(await this.settle(offer, row, { issuer, outcome, kept }))) isAll = false
    }
    return isAll
  }

  /**
   * Writes down what came of a request: credentials that hold are kept in the same transaction; of those that do not,
   * the issuer hears.
   * @returns whether the credential is here
   */
  async settle(
    offer: WalletOfferRow,
    row: WalletIssuanceRow,
    came: {
      readonly issuer: FoundIssuer
      readonly outcome: Outcome
      readonly kept: Kept
    },
  ): Promise<boolean> {
    const { store, clock, parties } = this.#deps
    const { outcome, kept, issuer } = came
    const { renews } = kept
    if (outcome.state === 'deferred') {
      const { transactionId, intervalS } = outcome
      const sealed = await this.#seal(offer, row.id, { ...kept, transactionId })
      const dueAt = clock.now() + intervalS * 1000
      await store.transact((tx) => this.#write(tx, { ...row, state: 'deferred', sealed, dueAt }))
      return false
    }
    const { notificationId } = outcome
    const sealed = await this.#seal(offer, row.id, { ...kept, notificationId, transactionId: null })
    const holder = await parties.require(offer.holderParty)
    const tell = (event: WalletEvent) =>
      notificationId === null ? {} : { event, tellAt: clock.now(), tellTries: 0 }
    const readable = this.readable(issuer).get(row.configurationId)
    let checked: Checked[]
    try {
      if (!readable) throw missing()
      checked = await checkCredentials(
        outcome.credentials,
        { holder, keys: kept.keys, credentialIssuer: kept.session.issuer, ...readable },
        this.#deps,
      )
    } catch (error) {
      const failed = { ...row, sealed, state: 'failed' as const, dueAt: null, ...tell('credential_failure') }
      await store.transact((tx) => this.#write(tx, failed))
      throw error
    }
    await store.transact((tx) =>
      this.#keep(
        tx,
        offer,
        { ...row, sealed, ...tell('credential_accepted') },
        {
          ...{ checked, holder, renews, format: readable.format.format },
        },
      ),
    )
    return true
  }

  async #keep(
    tx: Tx,
    offer: WalletOfferRow,
    row: WalletIssuanceRow,
    {
      checked,
      ...given
    }: { checked: readonly Checked[]; holder: Party; renews: string | null; format: string },
  ): Promise<void> {
    const { audit, settings } = this.#deps
    const rows = await keepCredentials(tx, checked, given, this.#deps)
    const ids = rows.map(({ id }) => id)
    const ends = rows.flatMap(({ expiresAt }) => (expiresAt === null ? [] : [expiresAt]))
    const dueAt = ends.length === 0 ? null : Math.min(...ends) - settings.renewDays * DAY_MS
    await this.#write(tx, { ...row, state: 'kept', credentialIds: ids, dueAt, tries: 0 })
    const before = await tx.findOneBy(walletOfferTable, { id: offer.id })
    const all = [...(before?.credentialIds ?? []), ...ids]
    await change(tx, walletOfferTable, { id: offer.id }, { credentialIds: all })
    for (const { id, vct } of rows)
      await audit.record(tx, 'system', 'credential.received', { credential: id, type: vct, offer: offer.id })
  }

  async #write(tx: Tx, row: WalletIssuanceRow): Promise<void> {
    const { id, ...set } = row
    if ((await change(tx, walletIssuanceTable, { id }, set)) === 0) await tx.insert(walletIssuanceTable, row)
  }

  /** A conversation with an issuer: its metadata as they are now. */
  async meet(identifier: string, configurationIds: readonly string[]) {
    const issuer = await fetchIssuer(identifier, { configurationIds }, this.#deps)
    return { issuer, transport: new Transport(this.#deps) }
  }

  /** Keeps what a newer token came with: the one before may be spent. */
  async reseal(offer: WalletOfferRow, { id }: WalletIssuanceRow, kept: Kept): Promise<void> {
    const sealed = await this.#seal(offer, id, kept)
    await this.#deps.store.transact((tx) => change(tx, walletIssuanceTable, { id }, { sealed }))
  }

  async open({ id, sealed }: WalletIssuanceRow): Promise<Kept> {
    if (!sealed) throw new Refusal('gone', 'wallet_session_ended', 'nothing is kept to come back with')
    return JSON.parse(await this.#deps.vault.openText(place(id), sealed)) as Kept
  }

  #seal({ holderParty }: WalletOfferRow, id: string, kept: Kept): Promise<Buffer> {
    return this.#deps.vault.seal(holderParty, place(id), JSON.stringify(kept))
  }

  #newRow({ id, holderParty }: WalletOfferRow, configurationId: string): WalletIssuanceRow {
    return {
      ...{ id: newId(), offerId: id, holderParty, configurationId, state: 'deferred', sealed: null },
      ...{ credentialIds: [], dueAt: null, tries: 0, event: null, tellAt: null, tellTries: 0 },
      createdAt: this.#deps.clock.now(),
    }
  }
}

/** Why something did not work, as a code that can be kept: the issuer's own word where it has one. */
export function reasonOf(error: unknown): string {
  if (!isRefusal(error)) return 'internal_error'
  const { reason } = error.params
  return error.code === 'issuer_refused' && typeof reason === 'string' ? reason : error.code
}

const missing = () =>
  new Refusal('upstream', 'issuer_configuration_missing', 'the issuer does not describe what it offers')
