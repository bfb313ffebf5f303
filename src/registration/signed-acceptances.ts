import { type Clock, type ConsentUnlock, type Did, isRefusal, newId, seconds } from '../core/index.ts'
import type { Signer } from '../jose/index.ts'
import type { Party } from '../parties/index.ts'
import { In, MoreThan, rows, type Store, type Tx } from '../store/index.ts'
import { type Policy, sha256 } from '../trust/index.ts'
import type { Vault } from '../vault/index.ts'
import { signMessage } from './messages.ts'
import { signedAcceptanceTable } from './tables.ts'

export interface SignedAcceptancesDeps {
  readonly store: Store
  readonly vault: Vault
  readonly clock: Clock
  /** The signer a DID of ours signs with now. */
  readonly signerOf: (did: Did, unlock?: ConsentUnlock) => Promise<Signer>
}

export interface AcceptanceTerms {
  /** Who signs. */
  readonly person: Party
  /** For whom: the organisation, or herself. */
  readonly party: Party
  readonly policy: Policy
  readonly anchor: Did
  readonly representation: 'SOLE' | 'JOINT'
  /** Opens her key. */
  readonly unlock: ConsentUnlock | undefined
  /** The did:jwk of the key her wallet fetches the attestation with; of somebody who accepts for herself. */
  readonly holder?: Did
}

export interface SignedAcceptance {
  readonly compact: string
  readonly digest: string
}

const place = (digest: string) => `signed_acceptance:${digest}`

/** What the people of this node accepted, in their own signed words. */
export class SignedAcceptances {
  readonly #deps: SignedAcceptancesDeps

  constructor(deps: SignedAcceptancesDeps) {
    this.#deps = deps
  }

  /** Her own consent key signs; nobody can do this for her. @throws Refusal `consent_locked` */
  async sign(terms: AcceptanceTerms): Promise<SignedAcceptance> {
    const { person, party, policy, anchor, representation, unlock, holder } = terms
    const { clock, signerOf } = this.#deps
    const compact = await signMessage(
      'acceptance',
      {
        iss: person.did,
        aud: anchor,
        policy: { id: policy.id, version: policy.version, digest: policy.digest },
        party: party.did,
        representation_type: representation,
        ...(holder && { holder }),
        iat: seconds(clock.now()),
        jti: newId(),
      },
      await signerOf(person.did, unlock),
    )
    return { compact, digest: sha256(compact) }
  }

  /** Keeps it as evidence, under the key of the party it binds. */
  async keep(tx: Tx, { person, party, policy }: AcceptanceTerms, signed: SignedAcceptance): Promise<void> {
    const sealed = await this.#deps.vault.seal(party.id, place(signed.digest), signed.compact)
    await rows(
      tx,
      `INSERT INTO signed_acceptance (digest, party_id, signer_party, policy_version, sealed, signed_at)
       VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (digest) DO NOTHING RETURNING digest`,
      [signed.digest, party.id, person.id, policy.version, sealed.toString('base64'), this.#deps.clock.now()],
    )
  }

  /** Says how many others have to accept a version for a party before what was signed counts. */
  async setMissing(tx: Tx, partyId: string, policyVersion: number, missing: number): Promise<void> {
    await tx.update(signedAcceptanceTable, { partyId, policyVersion }, { missing })
  }

  /** Whether a person signed a version for a party since then; ms. */
  isSigner(signerParty: string, partyId: string, policyVersion: number, since: number): Promise<boolean> {
    const where = { signerParty, partyId, policyVersion, signedAt: MoreThan(since) }
    return this.#deps.store.current().existsBy(signedAcceptanceTable, where)
  }

  /** All of them, or those that bind one of these parties; newest first. */
  async list(partyIds?: readonly string[]) {
    const { store, vault } = this.#deps
    const found = await store.reader.find(signedAcceptanceTable, {
      where: partyIds ? { partyId: In([...partyIds]) } : {},
      order: { signedAt: 'DESC', digest: 'ASC' },
    })
    return Promise.all(
      found.map(
        async ({ digest, partyId, signerParty, policyVersion: version, signedAt, missing, sealed }) => ({
          ...{ partyId, signerParty, version, digest, signedAt, missing },
          signed: await vault.openText(place(digest), sealed).catch((error: unknown) => {
            // Her key is gone where she was erased; what she signed went with it.
            if (isRefusal(error)) return null
            throw error
          }),
        }),
      ),
    )
  }

  /** The acceptance as it was signed, or null. */
  async find(digest: string): Promise<string | null> {
    const { store, vault } = this.#deps
    const row = await store.current().findOneBy(signedAcceptanceTable, { digest })
    return row && vault.openText(place(digest), row.sealed)
  }
}
