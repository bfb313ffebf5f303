import { createHash } from 'node:crypto'
import type { Audit } from '../audit/index.ts'
import { type ConsentKeys, newDataKey } from '../consent-keys/index.ts'
import { type Caller, type Clock, ConsentUnlock, type Did, newId, Refusal } from '../core/index.ts'
import type { Claims, Credentials, HeldCredentialRow } from '../credentials/index.ts'
import type { Tx } from '../store/index.ts'
import type { Vault } from '../vault/index.ts'
import type { Accounts } from './accounts.ts'
import { keyReplacementTable, type LossReason } from './key-replacement-table.ts'
import type { Parties, Party } from './parties.ts'
import { userTable } from './party-table.ts'
import type { Added, People } from './people.ts'

export interface KeyReplacementDeps {
  readonly vault: Vault
  readonly clock: Clock
  readonly audit: Audit
  readonly parties: Parties
  readonly people: People
  readonly accounts: Accounts
  readonly credentials: Credentials
  readonly consentKeys: ConsentKeys
  /** Forgets a DID of ours with its keys. */
  readonly deleteDid: (did: Did) => Promise<void>
  /** Ends what she opened with the key that is gone, in the same transaction. */
  readonly whenKeyLost: (tx: Tx, by: Caller, party: Party) => Promise<void>
}

export interface Grounds {
  readonly reason: LossReason
  /** How she was identified again. */
  readonly evidence: string
}

interface Said {
  readonly declared: Claims | undefined
  readonly role: { readonly row: HeldCredentialRow; readonly claims: Claims } | null
}

const place = (id: string): string => `key_replacement:${id}:evidence`

/**
 * A did:jwk is its key: who lost it, or what opens it, gets another DID after she was identified again. What the old one
 * signed is revoked, what she opened with it ends, and her company gives her role to the new one.
 */
export class KeyReplacement {
  readonly #deps: KeyReplacementDeps

  constructor(deps: KeyReplacementDeps) {
    this.#deps = deps
  }

  /** @throws Refusal `party_unknown` for whom has no account here */
  async replace(tx: Tx, by: Caller, before: Party, grounds: Grounds): Promise<Added & { account: string }> {
    const { parties, accounts, credentials, consentKeys, deleteDid, whenKeyLost } = this.#deps
    const user = await tx.findOneBy(userTable, { personId: before.id, state: 'active' })
    if (!user) throw new Refusal('not_found', 'party_unknown', 'nobody of that name works here')
    await parties.lock(tx, before)
    const said = await this.#whatIsSaid(tx, before)
    await whenKeyLost(tx, by, before)
    if (said.role) await credentials.retire(tx, said.role.row)
    await credentials.endAllOf(tx, parties.issuerOf(before))
    await consentKeys.end(tx, before.id)
    await deleteDid(before.did)
    const dataKey = newDataKey()
    const party = await parties.renewDid(tx, before, dataKey)
    await this.#sayAgain(tx, by, party, dataKey, said)
    await accounts.revokeTokensOf(tx, user.id)
    await this.#record(tx, by, before, party, grounds)
    return { party, userId: user.id, dataKey, account: user.account }
  }

  /** What she says of herself, and her company of her. */
  async #whatIsSaid(tx: Tx, party: Party): Promise<Said> {
    const { people, credentials } = this.#deps
    const declared = await people.declared(party)
    const row = await credentials.findCurrent(tx, party.id, credentials.types.byName('employee-role').vct)
    return { declared: declared?.claims, role: row && { row, claims: await people.claimsOf(row) } }
  }

  async #sayAgain(
    tx: Tx,
    by: Caller,
    party: Party,
    dataKey: Buffer,
    { declared, role }: Said,
  ): Promise<void> {
    const { people } = this.#deps
    // As when she came: once, before the key is hers alone.
    if (declared) await people.declare(tx, by, party, declared, new ConsentUnlock({ dataKey }))
    if (role) await people.giveRole(tx, by, party, role.claims)
  }

  /** The words are sealed; the record has their digest, so that others cannot be put in their place. */
  async #record(tx: Tx, by: Caller, before: Party, now: Party, { reason, evidence }: Grounds): Promise<void> {
    const { vault, clock, audit } = this.#deps
    const id = newId()
    const sealed = await vault.seal(now.id, place(id), evidence)
    await tx.insert(keyReplacementTable, {
      id,
      partyId: now.id,
      before: before.did,
      now: now.did,
      reason,
      sealed,
      at: clock.now(),
    })
    const digest = createHash('sha256').update(id).update(evidence).digest('base64url')
    await audit.record(tx, by, 'person.key_replaced', {
      party: now.id,
      replacement: id,
      reason,
      evidence: digest,
    })
  }
}
