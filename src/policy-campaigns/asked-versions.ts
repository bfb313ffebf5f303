import type { Audit } from '../audit/index.ts'
import { type Clock, type Did, isRefusal } from '../core/index.ts'
import { rows, type Store, type Tx } from '../store/index.ts'
import type { Policies } from '../trust/index.ts'
import { type AskedVersionRow, askedVersionTable } from './tables.ts'

export interface AskedVersionsDeps {
  readonly store: Store
  readonly clock: Clock
  readonly audit: Audit
  readonly policies: Policies
  /** Forgets a status list, so that the next check asks for it. */
  readonly forgetList: (uri: string) => void
  /** Forgets what the registry said of anybody. */
  readonly forgetRegistry: () => void
  readonly mail: PolicyMail
  /** Who accepted what on this node, newest first. */
  readonly accepted: (partyIds?: readonly string[]) => Promise<readonly SignedHere[]>
}

/** Mails the administrators, with the change. */
export interface PolicyMail {
  asked(
    tx: Tx,
    asked: { readonly version: number; readonly deadline: number; readonly isReminder: boolean },
  ): Promise<void>
  statusChanged(tx: Tx, kind: 'attestation-suspended' | 'attestation-resumed', count: number): Promise<void>
}

/** An acceptance one of ours signed. */
export interface SignedHere {
  readonly partyId: string
  readonly signerParty: string
  readonly version: number
  readonly digest: string
  /** Milliseconds since the epoch. */
  readonly signedAt: number
  /** How many others had to accept with her, when it was looked at last: above none it does not count yet. */
  readonly missing: number
  /** As it was signed, a JWS; null where its key was destroyed. */
  readonly signed: string | null
}

/** A version somebody of ours has to accept. */
export interface Pending {
  readonly version: number
  readonly digest: string
  readonly effective: string
  /** Milliseconds since the epoch; null where no campaign asks. */
  readonly deadline: number | null
  /** How many who must act together still have to accept; null where nobody accepted yet. */
  readonly missing: number | null
}

/** What the trust anchor asks this node to accept, and what it says of attestations. */
export class AskedVersions {
  readonly #deps: AskedVersionsDeps

  constructor(deps: AskedVersionsDeps) {
    this.#deps = deps
  }

  /** Takes in that a version is asked for, or asked for again. */
  async asked(
    tx: Tx,
    told: { readonly version: number; readonly digest: string; readonly deadline: number },
  ): Promise<void> {
    const { clock, audit, mail } = this.#deps
    const now = clock.now()
    const { version } = told
    const deadline = told.deadline * 1000
    const isReminder = await tx.existsBy(askedVersionTable, { version })
    await rows(
      tx,
      `INSERT INTO asked_policy_version (version, digest, deadline, asked_at, reminded_at) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (version) DO UPDATE SET digest = excluded.digest, deadline = excluded.deadline,
         reminded_at = excluded.reminded_at RETURNING version`,
      [version, told.digest, deadline, now, now],
    )
    await audit.record(tx, 'system', 'policy.asked', { version })
    await mail.asked(tx, { version, deadline, isReminder })
  }

  /** Takes in that attestations were suspended or hold again: what we know of their lists is forgotten at once. */
  async statusChanged(
    tx: Tx,
    kind: 'attestation-suspended' | 'attestation-resumed',
    { lists, attestations }: { readonly lists: readonly string[]; readonly attestations: readonly string[] },
  ): Promise<void> {
    const { store, audit, forgetList, forgetRegistry, mail } = this.#deps
    store.afterCommit(() => {
      lists.forEach(forgetList)
      forgetRegistry()
    })
    const action = kind === 'attestation-suspended' ? 'attestation.suspended' : 'attestation.resumed'
    if (attestations.length === 0) return
    await audit.record(tx, 'system', action, { attestations: attestations.join(' ') })
    await mail.statusChanged(tx, kind, attestations.length)
  }

  /** Versions a party did not accept yet, oldest first: what a campaign asks, and what is announced without one. */
  async pending(partyId: string): Promise<readonly Pending[]> {
    const { store, policies, accepted } = this.#deps
    const [versions, asked, signed, current] = await Promise.all([
      policies.versions(),
      store.reader.find(askedVersionTable),
      accepted([partyId]),
      policies.current(),
    ])
    const newest = Math.max(0, ...signed.filter((one) => one.missing === 0).map(({ version }) => version))
    const missingOf = (of: number) => signed.find(({ version }) => version === of)?.missing ?? null
    const deadlineOf = (of: number) => asked.find(({ version }) => version === of)?.deadline ?? null
    return versions
      .filter(({ version }) => version > newest && version >= current.version)
      .map(({ version, digest, effective }) => ({
        version,
        digest,
        effective,
        deadline: deadlineOf(version),
        missing: missingOf(version),
      }))
  }

  acceptances(): Promise<readonly SignedHere[]> {
    return this.#deps.accepted()
  }
}

/** Handlers of what the trust anchor tells; from nobody else is it expected. */
export function policyTellHandlers(asked: AskedVersions, anchorDid: () => Promise<Did>) {
  const isExpected = async (from: Did): Promise<boolean> => {
    try {
      return (await anchorDid()) === from
    } catch (error) {
      if (isRefusal(error)) return false
      throw error
    }
  }
  type Changed = { readonly lists: string[]; readonly attestations: string[] }
  const changed = (kind: 'attestation-suspended' | 'attestation-resumed') => ({
    isExpected,
    accept: (tx: Tx, { tell }: { readonly tell: Changed }) => asked.statusChanged(tx, kind, tell),
  })
  return {
    'policy-asked': {
      isExpected,
      accept: (
        tx: Tx,
        { tell }: { readonly tell: Pick<AskedVersionRow, 'version' | 'digest' | 'deadline'> },
      ) => asked.asked(tx, tell),
    },
    'attestation-suspended': changed('attestation-suspended'),
    'attestation-resumed': changed('attestation-resumed'),
  }
}
