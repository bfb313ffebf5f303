import type { Audit } from '../audit/index.ts'
import { asDid, type Caller, type Clock, type Did, Refusal, seconds } from '../core/index.ts'
import type { Credentials } from '../credentials/index.ts'
import type { Parties } from '../parties/index.ts'
import { rows, type Store, type Tx } from '../store/index.ts'
import type { Registry } from '../trust/index.ts'
import type { Vault } from '../vault/index.ts'
import { type Deposit, signReceipt, type VerifiedDeposit, verifyDeposit } from './deposit-message.ts'
import type { SigningPorts } from './ports.ts'
import { mayBindWith } from './signed.ts'
import { agreementDepositTable } from './tables.ts'

export const AGREEMENT_TYPE = 'agreement'

export interface AnchorDepositsDeps extends SigningPorts {
  readonly store: Store
  readonly vault: Vault
  readonly clock: Clock
  readonly audit: Audit
  readonly parties: Parties
  readonly credentials: Pick<Credentials, 'issue'>
  readonly registry: Pick<Registry, 'find'>
  /**
   * With whom a person binds an organisation, as its case file says: none where she may not, null of whom it says
   * nothing.
   */
  readonly actingWith: (organisation: Did, person: Did) => Promise<readonly Did[] | null>
  /** Gets a credential to its subject's wallet. */
  readonly offer: (
    tx: Tx,
    offer: { issuerPartyId: string; subject: Did; compacts: string[]; deliverTo: string },
  ) => Promise<string>
}

const scopeOf = (id: string) => `agreement_deposit:${id}`
const place = (id: string) => `agreement_deposit:${id}:signatures`

/** The trust anchor keeps of each agreement that two parties signed a digest, and when; never the text. */
export class AnchorDeposits {
  readonly #deps: AnchorDepositsDeps

  constructor(deps: AnchorDepositsDeps) {
    this.#deps = deps
  }

  /**
   * Takes a deposit from either party; for the same again, the receipt of the first time. Both get the `agreement`
   * credential.
   * @returns the receipt, signed
   * @throws Refusal as verifyDeposit, `agreement_signatory_not_authorised`, `deposit_differs`, `organisation_not_registered`, `organisation_suspended`
   */
  async take(caller: Caller, compact: string): Promise<string> {
    const { store, clock, parties, registry, signerOf } = this.#deps
    const us = await parties.organisation()
    const now = clock.now()
    const deposit = await verifyDeposit(compact, { us: us.did, clock }, this.#deps)
    const { agreement, version, digest } = deposit
    await this.#requireSignatories(deposit)
    const receipt = await signReceipt(
      { iss: us.did, agreement, version, digest, parties: deposit.parties, deposited_at: seconds(now) },
      await signerOf(us.did),
    )
    return store.transact(async (tx) => {
      const kept = await tx.findOneBy(agreementDepositTable, { id: agreement })
      if (kept) return requireSame(kept, deposit)
      for (const did of deposit.parties) requireActive(await registry.find(asDid(did)))
      if (!(await this.#insert(tx, deposit, receipt, now))) {
        const first = await tx.findOneBy(agreementDepositTable, { id: agreement })
        if (first) return requireSame(first, deposit)
        throw new Error('a row that was in the way is gone')
      }
      await this.#certify(tx, deposit, now)
      await this.#deps.audit.record(tx, caller, 'agreement.deposited', {
        ...{ agreement, digest },
        // Whose text it was first: who pays is found by both parties.
        organisation: deposit.parties[0],
      })
      return receipt
    })
  }

  /** @throws Refusal `agreement_signatory_not_authorised` */
  async #requireSignatories({ parties, signatories }: VerifiedDeposit): Promise<void> {
    for (const [nr, signed] of signatories.entries())
      for (const person of signed) {
        const needed = await this.#deps.actingWith(asDid(parties[nr] ?? ''), person)
        if (!mayBindWith(person, signed, needed))
          throw new Refusal(
            'forbidden',
            'agreement_signatory_not_authorised',
            'who signed may not bind that organisation so',
          )
      }
  }

  async #insert(tx: Tx, deposit: Deposit, receipt: string, now: number): Promise<boolean> {
    const { vault } = this.#deps
    const { agreement: id, digest, parties, signatures } = deposit
    if (await tx.existsBy(agreementDepositTable, { id })) return false
    await vault.createKey(tx, scopeOf(id))
    const sealed = await vault.seal(scopeOf(id), place(id), JSON.stringify(signatures))
    const inserted = await rows(
      tx,
      `INSERT INTO agreement_deposit (id, digest, first_did, second_did, sealed, receipt, deposited_at)
       VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING RETURNING id`,
      [id, digest, parties[0], parties[1], sealed.toString('base64'), receipt, now],
    )
    return inserted.length === 1
  }

  /** Says to each party, as a credential, that both signed. */
  async #certify(tx: Tx, { agreement, digest, parties: both }: Deposit, now: number): Promise<void> {
    const { credentials, parties, registry, offer } = this.#deps
    const us = await parties.organisation()
    for (const [subject, counterparty] of [both, both.toReversed()].map((pair) => pair.map(asDid))) {
      const entry = subject && (await registry.find(subject))
      if (!entry || !subject || !counterparty) continue
      const { compact } = await credentials.issue(tx, {
        issuer: parties.issuerOf(us),
        type: AGREEMENT_TYPE,
        subject,
        claims: { agreement, digest, counterparty, deposited_at: seconds(now) },
      })
      await offer(tx, { issuerPartyId: us.id, subject, compacts: [compact], deliverTo: entry.wallet })
    }
  }
}

function requireActive(entry: { readonly state: string } | null): void {
  if (!entry)
    throw new Refusal(
      'forbidden',
      'organisation_not_registered',
      'that organisation is not in the network yet',
    )
  if (entry.state !== 'active')
    throw new Refusal('forbidden', 'organisation_suspended', 'that organisation is suspended')
}

/** The same deposit again gets the same receipt; another one under the same name gets nothing. */
function requireSame(
  kept: {
    readonly digest: string
    readonly first: string
    readonly second: string
    readonly receipt: string
  },
  { digest, parties }: Deposit,
): string {
  if (kept.digest === digest && kept.first === parties[0] && kept.second === parties[1]) return kept.receipt
  throw new Refusal('conflict', 'deposit_differs', 'something else was deposited for this agreement')
}
