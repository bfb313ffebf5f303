import { type Did, Refusal } from '../../core/index.ts'
import {
  type CredentialReport,
  type Credentials,
  type HeldCredentialRow,
  heldCredentialTable,
  heldIssuerOf,
} from '../../credentials/index.ts'
import type { Party } from '../../parties/index.ts'
import type { Tx } from '../../store/index.ts'
import { requireGenuine } from '../wallet/genuine.ts'
import type { ReadCredential, ReadingFormat } from './formats.ts'
import type { HolderKey } from './holder-keys.ts'

/** What a node says about credentials that come from anywhere. */
export interface OpenWalletPolicy {
  /** Whether a DID that signed an issuer's metadata is of the network, in good standing. */
  isRegistered(did: Did): Promise<boolean>
  /** Whether a genuine credential may lie among the others a party presents. @throws Refusal when it may not */
  takes(report: CredentialReport): Promise<void>
  /** A credential gave way to a newer one, in the same transaction. */
  replaced(
    tx: Tx,
    change: { readonly before: HeldCredentialRow; readonly now: HeldCredentialRow },
  ): Promise<void>
}

export interface KeepingDeps {
  readonly credentials: Pick<Credentials, 'hold' | 'findByLineage'>
  readonly policy: OpenWalletPolicy
}

/** What was asked for, and with which keys. */
export interface Expected {
  readonly holder: Party
  readonly format: ReadingFormat
  /** Where it was handed out. */
  readonly credentialIssuer: string
  readonly type: string
  readonly keys: readonly HolderKey[] | null
}

export interface Checked {
  readonly read: ReadCredential
  /** What presents it; null where it is bound to no key. */
  readonly bindingKey: string | null
  readonly subject: Did
}

/**
 * Holds each credential against what was asked for: genuine, of that type, for that key and about nobody else. One that
 * is not spoils them all.
 * @throws Refusal `credential_not_genuine`, `credential_not_verifiable`, `credential_type_differs`,
 *   `credential_key_differs`, `credential_for_another_party`, and those of the policy
 */
export async function checkCredentials(
  credentials: readonly unknown[],
  expected: Expected,
  { policy }: KeepingDeps,
): Promise<Checked[]> {
  const free = new Set(expected.keys ?? [])
  const checked: Checked[] = []
  for (const credential of credentials) {
    const read = await expected.format.read(credential, expected.credentialIssuer)
    if (!read) throw unfit('credential_not_genuine', 'the credential is not of the format offered')
    requireGenuine(read.report)
    if (read.report.vct !== expected.type)
      throw unfit('credential_type_differs', 'the credential is of another type than offered')
    const key = takeKey(read, free, expected.keys !== null)
    const subject = subjectOf(read, expected.holder, key)
    await policy.takes(read.report)
    checked.push({ read, bindingKey: key?.kid ?? null, subject })
  }
  return checked
}

/** Its key is one we proved to have, and each such key is that of one credential. */
function takeKey(read: ReadCredential, free: Set<HolderKey>, isBound: boolean): HolderKey | null {
  if (!read.isBound && !isBound) return null
  const key = [...free].find((one) => read.isBoundTo(one))
  if (!key) throw unfit('credential_key_differs', 'the credential is not bound to a key we proved')
  free.delete(key)
  return key
}

/**
 * Whoever it is about must be ours: its holder, or the very key it is bound to. Without a name it is the holder's.
 * @throws Refusal `credential_for_another_party`
 */
export function subjectOf(
  { report, namesSubject }: ReadCredential,
  holder: Party,
  key: HolderKey | null,
): Did {
  const { subject } = report
  if (!namesSubject) return holder.did
  if (subject !== null && (subject === holder.did || subject === key?.did)) return subject
  throw unfit('credential_for_another_party', 'the credential is about somebody else')
}

/** Keeps what was checked; the first takes the place of what it renews. Runs in the transaction of whoever asks. */
export async function keepCredentials(
  tx: Tx,
  checked: readonly Checked[],
  given: { readonly holder: Party; readonly renews: string | null; readonly format: string },
  { credentials, policy }: KeepingDeps,
): Promise<HeldCredentialRow[]> {
  const { holder, renews, format } = given
  const rows: HeldCredentialRow[] = []
  for (const [at, { read, bindingKey, subject }] of checked.entries()) {
    const { compact, report } = read
    const old = at === 0 && renews !== null ? await credentials.findByLineage(tx, renews) : null
    const issuer = heldIssuerOf(report)
    const isRenewal = old?.holderParty === holder.id && old.vct === report.vct && old.issuer === issuer
    const known = await tx.findOneBy(heldCredentialTable, { holderParty: holder.id, digest: report.digest })
    const before = isRenewal && old.format === format && !known ? old : null
    const row = await credentials.hold(tx, {
      ...{ compact, bindingKey, subject, holderParty: holder.id },
      ...(issuer && { issuer }),
      ...(before && { replaces: before }),
    })
    if (before) await policy.replaced(tx, { before, now: row })
    rows.push(row)
  }
  return rows
}

const unfit = (code: string, message: string) => new Refusal('unprocessable', code, message)
