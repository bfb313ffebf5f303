import { didJwkOf, importPrivateHolderKey } from '../../../agent/index.ts'
import { isRefusal, Refusal } from '../../../core/index.ts'
import {
  type CredentialReport,
  credentialDigest,
  heldCredentialTable,
  openCredential,
  readOpened,
} from '../../../credentials/index.ts'
import { isJsonObject, type JsonObject, jwkThumbprint, publicJwkOf } from '../../../jose/index.ts'
import type { Party } from '../../../parties/index.ts'
import type { Store } from '../../../store/index.ts'
import type { PrivateHolderJwk, WalletContents, WalletEntry } from '../../../wallet-file/index.ts'
import { requireGenuine } from '../../wallet/genuine.ts'
import type { ReadCredential, ReadingFormat } from '../formats.ts'
import type { HolderKey } from '../holder-keys.ts'
import { type Checked, type OpenWalletPolicy, subjectOf } from '../keeping.ts'

/** `none`: it has no status. `unknown`: its list cannot be had now. */
export const statuses = ['valid', 'suspended', 'unknown', 'none'] as const
export type Status = (typeof statuses)[number]

/** What becomes of one entry; `type` and `issuer` as far as they are known. */
export type Verdict = {
  readonly entry: WalletEntry
  readonly type: string | null
  readonly issuer: string | null
} & (
  | {
      readonly outcome: 'new'
      readonly status: Status
      readonly checked: Checked
      readonly key: PrivateHolderJwk | null
    }
  | { readonly outcome: 'present'; readonly id: string }
  | { readonly outcome: 'refused'; readonly refusal: Refusal }
)

export interface JudgingDeps {
  readonly store: Store
  /** Whether their status is asked for now, or as it was heard a moment ago. */
  readonly formatsFor: (status: 'fresh' | 'cached') => readonly ReadingFormat[]
  readonly policy: Pick<OpenWalletPolicy, 'takes'>
  /** The party whose holder key this is here; null where it is nobody's. */
  readonly holderKeyOwner: (kid: string) => Promise<string | null>
}

const AT_ONCE = 8

/**
 * Holds everything in a file against the same rules as what an issuer gives: genuine, bound to a key that came along, and
 * about nobody else. Writes nothing. Of one issuer one credential is looked at after the other, and when it cannot be
 * asked, it is asked once.
 */
export async function judgeWallet(
  { credentials, keys }: WalletContents,
  holder: Party,
  deps: JudgingDeps,
): Promise<Verdict[]> {
  const keyOf = new Map(keys.map((key) => [key.kid, key]))
  const verdicts: Verdict[] = []
  const queues = inQueues(credentials)
  const read = readerOf(deps)
  const work = async () => {
    for (let queue = queues.pop(); queue; queue = queues.pop()) {
      let away: Refusal | null = null
      for (const [at, entry] of queue) {
        const verdict: Verdict = away
          ? refusedFor(entry, away)
          : await judge(entry, keyOf, holder, { ...deps, read })
        if (verdict.outcome === 'refused' && isAway(verdict.refusal)) away = verdict.refusal
        verdicts[at] = verdict
      }
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  return verdicts
}

/** Whether nothing of that issuer can be verified now, whatever else it signed. */
const isAway = ({ params }: Refusal): boolean => UNREACHABLE.has(String(params.reason))
const UNREACHABLE: ReadonlySet<string> = new Set([
  'did_unresolvable',
  'chain_unreachable',
  'issuer_metadata_unreachable',
])

/** By issuer, with the place each has in the file. */
function inQueues(credentials: readonly WalletEntry[]): (readonly [at: number, entry: WalletEntry])[][] {
  const queues = new Map<string, [number, WalletEntry][]>()
  for (const [at, entry] of credentials.entries()) {
    const queue = queues.get(entry.source.credential_issuer) ?? []
    queues.set(entry.source.credential_issuer, queue)
    queue.push([at, entry])
  }
  return [...queues.values()]
}

const refusedFor = (entry: WalletEntry, refusal: Refusal, read?: ReadCredential): Verdict => ({
  ...{ entry, outcome: 'refused', refusal },
  ...{ type: read?.report.vct ?? null, issuer: read?.report.issuer ?? null },
})

async function judge(
  entry: WalletEntry,
  keys: ReadonlyMap<string, PrivateHolderJwk>,
  holder: Party,
  deps: JudgingDeps & { readonly read: ReadEntry },
): Promise<Verdict> {
  let read: ReadCredential | undefined
  try {
    // What is here already needs nobody to be asked about it.
    const digest = credentialDigest(entry.credential)
    const known = await deps.store.reader.findOneBy(heldCredentialTable, { holderParty: holder.id, digest })
    if (known?.state === 'current')
      return { entry, type: known.vct, issuer: known.issuer, outcome: 'present', id: known.id }
    read = await deps.read(entry)
    if (known) throw refused('credential_set_aside', 'you set this aside, or a newer one took its place')
    const key = await requireKey(read, entry, keys, holder, deps)
    const status = requireUsable(read.report)
    const subject = subjectOf(read, holder, key?.held ?? null)
    await deps.policy.takes(read.report)
    const { vct: type, issuer } = read.report
    const checked = { read, bindingKey: key?.held.kid ?? null, subject }
    return { entry, type, issuer, outcome: 'new', status, checked, key: key?.own ?? null }
  } catch (refusal) {
    if (!isRefusal(refusal)) throw refusal
    return refusedFor(entry, refusal, read)
  }
}

type ReadEntry = (entry: WalletEntry) => Promise<ReadCredential>

/** Asks for each status list once: what else is on it is then known. */
function readerOf({ formatsFor }: Pick<JudgingDeps, 'formatsFor'>): ReadEntry {
  const asked = new Set<string>()
  const formats = { fresh: formatsFor('fresh'), cached: formatsFor('cached') }
  return async ({ format, credential, source }) => {
    if (!formats.fresh.some((one) => one.format === format))
      throw refused('credential_format_unsupported', 'this node does not read that format')
    const list = statusListOf(readOpened(openCredential(credential)).payload)
    const status = asked.has(list) ? 'cached' : 'fresh'
    asked.add(list)
    const read = await formats[status]
      .find((one) => one.format === format)
      ?.read(credential, source.credential_issuer)
    if (!read) throw refused('credential_not_genuine', 'this is no credential of its format')
    return read
  }
}

/** What names the list of its status, in either kind. */
function statusListOf({ status, credentialStatus }: JsonObject): string {
  const list = isJsonObject(status) && isJsonObject(status.status_list) ? status.status_list.uri : null
  const entries = [credentialStatus].flat().filter(isJsonObject)
  return JSON.stringify([list, ...entries.map((entry) => entry.statusListCredential)])
}

/** The key in `cnf` is the one that came along, whole, and nobody else's here. */
async function requireKey(
  read: ReadCredential,
  { key: kid }: WalletEntry,
  keys: ReadonlyMap<string, PrivateHolderJwk>,
  holder: Party,
  { holderKeyOwner }: JudgingDeps,
): Promise<{ readonly own: PrivateHolderJwk; readonly held: HolderKey } | null> {
  if (kid === null) {
    if (read.isBound) throw keyDiffers()
    return null
  }
  const own = keys.get(kid)
  if (!own) throw refused('holder_key_missing', 'the key it is bound to is not in the file')
  const jwk = publicJwkOf(importPrivateHolderKey(own))
  if (jwkThumbprint(jwk) !== kid) throw refused('holder_key_invalid', 'this key has another name')
  const did = didJwkOf(jwk)
  if (!read.isBoundTo({ jwk, did })) throw keyDiffers()
  const owner = await holderKeyOwner(kid)
  if (owner !== null && owner !== holder.id)
    throw new Refusal('conflict', 'holder_key_taken', 'this key is somebody else’s here')
  return { own, held: { kid, jwk, did, named: 'jwk' } }
}

const keyDiffers = () => refused('credential_key_differs', 'the credential is bound to another key')

/**
 * Genuine as far as can be known: a list that is away, and one that says it is suspended, may say something else later.
 * @throws Refusal `credential_revoked`, `credential_not_genuine`, `credential_not_verifiable`
 */
function requireUsable(report: CredentialReport): Status {
  const failed = report.checks.find(({ ok }) => !ok)
  if (failed?.check !== 'status') {
    requireGenuine(report)
    return report.statusAsOf === null ? 'none' : 'valid'
  }
  if (failed.code === 'status_unavailable') return 'unknown'
  if (failed.code === 'status_suspended') return 'suspended'
  if (failed.code === 'status_invalid') throw refused('credential_revoked', 'its issuer took it back')
  const params = { check: 'status', reason: failed.code ?? 'unknown' }
  throw new Refusal('unprocessable', 'credential_not_genuine', 'its status is not one', { params })
}

const refused = (code: string, message: string) => new Refusal('unprocessable', code, message)
