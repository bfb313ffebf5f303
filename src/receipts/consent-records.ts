import { newId } from '../core/index.ts'
import type { Store, Tx } from '../store/index.ts'
import type { Vault } from '../vault/index.ts'
import { consentAsGiven, consentDigest, type Document } from './consent-record.ts'
import { type ConsentRecordRef, type GrantRecord, grantRecordOf, isOnConsent } from './grant-record.ts'
import { consentRecordTable } from './receipt-tables.ts'

export interface ConsentRecordsDeps {
  readonly store: Store
  readonly vault: Vault
  readonly clock: { now(): number }
}

/** A grant as it is about to be signed. */
export interface GivenConsent {
  /** Whose data it is: the record is sealed under that party's key. */
  readonly grantorParty: string
  /** What the credential will say, but for the record itself. */
  readonly payload: Readonly<Record<string, unknown>>
}

const place = (id: string) => `consent_record:${id}:sealed`

/** The records of consents our parties gave. They stay with who gave them; the grantee gets their digests. */
export class ConsentRecords {
  readonly #deps: ConsentRecordsDeps

  constructor(deps: ConsentRecordsDeps) {
    this.#deps = deps
  }

  /** Makes the record of a grant that is given on consent. @returns null for any other legal basis */
  async record(tx: Tx, { grantorParty, payload }: GivenConsent): Promise<ConsentRecordRef | null> {
    const grant = grantRecordOf(payload, { grantee_name: '', digest: '', ended: null })
    if (!isOnConsent(grant)) return null
    const id = newId()
    const record = consentAsGiven(id, grant)
    const digest = consentDigest(record)
    await tx.insert(consentRecordTable, {
      id,
      grantId: grant.id,
      grantorParty,
      sealed: await this.#deps.vault.seal(grantorParty, place(id), JSON.stringify(record)),
      digest,
      createdAt: this.#deps.clock.now(),
    })
    return { id, digest }
  }

  /** The record of a grant one of our parties gave. @throws Refusal `sealed_value_lost` once she was erased */
  async find(grantId: string): Promise<{ ref: ConsentRecordRef; record: Document } | null> {
    const row = await this.#deps.store.reader.findOneBy(consentRecordTable, { grantId })
    if (!row) return null
    const record = JSON.parse(await this.#deps.vault.openText(place(row.id), row.sealed))
    return { ref: { id: row.id, digest: row.digest }, record }
  }

  /** The record of a grant we hold, made again from its credential. */
  remake(grant: GrantRecord): Document {
    return consentAsGiven(grant.consent_record?.id ?? grant.id, grant)
  }
}
