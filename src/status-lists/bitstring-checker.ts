import { type Did, isDid } from '../core/index.ts'
import { isJsonObject } from '../jose/index.ts'
import { bitAt } from './bitstring.ts'
import {
  isStatusPurpose,
  parseBitstring,
  type StatusPurpose,
  stateOfPurpose,
  verifyBitstring,
} from './bitstring-credential.ts'
import { foreign, refused, type StatusAnswer, type StatusChecker, type StatusCheckerDeps } from './checker.ts'
import type { ListSigner } from './list-signer.ts'
import { createListSource, type ListKind, type ListSource } from './list-source.ts'
import type { LocalStatus } from './status-lists.ts'

export type BitstringCheckerDeps = Omit<StatusCheckerDeps, 'local'> & {
  /** Answers for lists this node publishes itself: `StatusLists.localBitstring`. */
  readonly local?: (uri: string, index: number) => Promise<LocalStatus | null>
}

/** One `BitstringStatusListEntry` of a `credentialStatus`. */
interface Entry {
  readonly purpose: StatusPurpose
  readonly index: number
  readonly uri: string
  readonly signer: Did | null
}

/** Entries one credential may have. */
const MAX_ENTRIES = 5
const MAX_URI_LENGTH = 2048

/**
 * Looks up the `credentialStatus` of W3C credentials (Bitstring Status List, "Validate Algorithm"): every entry must say
 * that nothing is the matter.
 */
export function createBitstringChecker(deps: BitstringCheckerDeps): StatusChecker {
  const sources: Readonly<Record<StatusPurpose, ListSource>> = {
    revocation: createListSource(deps, listsFor(deps, 'revocation')),
    suspension: createListSource(deps, listsFor(deps, 'suspension')),
  }
  const checkOne = async ({ purpose, uri, index, signer }: Entry, issuer: ListSigner, fresh: boolean) => {
    try {
      const own = await deps.local?.(uri, index)
      if (own)
        return own.issuer === issuer
          ? answerFor(purpose, own.state === stateOfPurpose[purpose], deps.clock.now())
          : foreign()
      const found = await sources[purpose].get(uri, fresh)
      if (found.signer !== (signer ?? issuer)) return foreign()
      return answerFor(purpose, bitAt(found.list.bytes, index), found.asOf)
    } catch (error) {
      return refused(error)
    }
  }
  return {
    forget: (uri) => {
      for (const source of Object.values(sources)) source.forget(uri)
    },
    check: async (status, issuer, { fresh = false } = {}) => {
      const entries = parseEntries(status)
      if (!entries) return { ok: false, code: 'status_claim_invalid' }
      const answers = await Promise.all(entries.map((entry) => checkOne(entry, issuer, fresh)))
      // Revoked is for good and so said before suspended, and both before what could not be found out.
      const denied = order.flatMap((code) => answers.find((one) => !one.ok && one.code === code) ?? [])
      const asOf = Math.min(...answers.map((one) => one.asOf ?? Number.POSITIVE_INFINITY))
      return denied[0] ?? answers.find(({ ok }) => !ok) ?? { ok: true, state: 'valid', asOf }
    },
  }
}

const order: readonly string[] = ['status_invalid', 'status_suspended']

function answerFor(purpose: StatusPurpose, isSet: boolean, asOf: number): StatusAnswer {
  return isSet
    ? { ok: false, code: `status_${stateOfPurpose[purpose]}`, asOf }
    : { ok: true, state: 'valid', asOf }
}

const listsFor = ({ clock, requireKey }: BitstringCheckerDeps, purpose: StatusPurpose): ListKind => ({
  name: purpose,
  accept: 'application/vc+jwt',
  read: async (token, uri) => {
    const { vc, kid, did } = parseBitstring(token)
    const key = await requireKey(kid, 'assertionMethod')
    return { ...(await verifyBitstring(vc, key, { uri, purpose, now: clock.now() })), signer: did }
  },
})

/** The entries of a `credentialStatus`; null when there is one we cannot judge. */
function parseEntries(status: unknown): readonly Entry[] | null {
  const all = [status].flat()
  if (all.length === 0 || all.length > MAX_ENTRIES) return null
  const entries = all.flatMap((one) => parseEntry(one) ?? [])
  return entries.length === all.length ? entries : null
}

function parseEntry(value: unknown): Entry | null {
  if (!isJsonObject(value) || value.type !== 'BitstringStatusListEntry') return null
  const { statusPurpose, statusListIndex, statusListCredential: uri, statusSize, status_issuer } = value
  // Other purposes say nothing of whether a credential holds, and larger entries are of those.
  if (!isStatusPurpose(statusPurpose) || (statusSize !== undefined && statusSize !== 1)) return null
  if (typeof statusListIndex !== 'string' || !/^(?:0|[1-9]\d{0,14})$/.test(statusListIndex)) return null
  if (typeof uri !== 'string' || uri.length > MAX_URI_LENGTH || !URL.canParse(uri)) return null
  if (status_issuer !== undefined && !isDid(status_issuer)) return null
  return { purpose: statusPurpose, index: Number(statusListIndex), uri, signer: status_issuer ?? null }
}
