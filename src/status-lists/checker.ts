import { isRefusal } from '../core/index.ts'
import { type DecodedList, valueAt } from './codec.ts'
import { keyOfList, type ListKeysDeps, type ListSigner } from './list-signer.ts'
import { createListSource, type ListKind, type ListSourceDeps } from './list-source.ts'
import { parseStatusClaim, stateOfValue } from './status.ts'
import type { LocalStatus } from './status-lists.ts'
import { parseStatusListToken, verifyStatusListToken } from './token.ts'

export interface StatusCheckerDeps extends ListSourceDeps, ListKeysDeps {
  /** Answers for lists this node publishes itself: `StatusLists.local`. */
  readonly local?: (uri: string, index: number) => Promise<LocalStatus | null>
}

export type StatusCode =
  /** Revoked. */
  | 'status_invalid'
  | 'status_suspended'
  /** A status type we do not know; an unknown answer is a no. */
  | 'status_unknown'
  /** The credential's `status` claim is not a reference to a Token Status List. */
  | 'status_claim_invalid'
  /** The list cannot be had, or its signer's key cannot be looked up. */
  | 'status_unavailable'
  /** The list is not what the credential's issuer published. */
  | 'status_list_invalid'
  | 'status_index_outside'

/** Whether a credential may still be relied on. `asOf` is when its publisher was asked, in ms since the epoch. */
export type StatusAnswer =
  | { readonly ok: true; readonly state: 'valid'; readonly asOf: number }
  | {
      readonly ok: false
      readonly code: StatusCode
      readonly asOf?: number
      /** The code of the refusal behind `status_unavailable` or `status_list_invalid`. */
      readonly reason?: string
    }

export type StatusDenial = Extract<StatusAnswer, { readonly ok: false }>

export interface StatusChecker {
  /**
   * Looks a credential's status up. Never throws for what is wrong with a list: whatever is not a clear yes is a no.
   * @param status the credential's `status` claim, as it came in
   * @param issuer who signed the credential: that one signs its list, or the DID that the status claim names
   * @param options.fresh asks the publisher now, whatever the `ttl` allows
   */
  check(status: unknown, issuer: ListSigner, options?: { readonly fresh?: boolean }): Promise<StatusAnswer>
  /** Forgets a list, so that the next check asks for it: when its publisher tells that something changed. */
  forget(uri: string): void
}

export function createStatusChecker(deps: StatusCheckerDeps): StatusChecker {
  const source = createListSource(deps, tokenLists(deps))
  return {
    forget: (uri) => source.forget(uri),
    check: async (status, issuer, { fresh = false } = {}) => {
      const claim = parseStatusClaim(status)
      if (!claim) return { ok: false, code: 'status_claim_invalid' }
      try {
        const own = await deps.local?.(claim.uri, claim.idx)
        if (own) return own.issuer === issuer ? answerFor(own.state, deps.clock.now()) : foreign()
        const { list, signer, asOf } = await source.get(claim.uri, fresh)
        return signer === (claim.status_issuer ?? issuer)
          ? answerFor(stateAt(list, claim.idx), asOf)
          : foreign()
      } catch (error) {
        return refused(error)
      }
    },
  }
}

const stateAt = (list: DecodedList, index: number) => stateOfValue(valueAt(list, index))

function answerFor(state: ReturnType<typeof stateOfValue>, asOf: number): StatusAnswer {
  if (state === 'valid') return { ok: true, state, asOf }
  return { ok: false, code: state ? `status_${state}` : 'status_unknown', asOf }
}

export const foreign = (): StatusDenial => ({
  ok: false,
  code: 'status_list_invalid',
  reason: 'status_list_foreign_signer',
})

export function refused(error: unknown): StatusDenial {
  // A fault of our own is a no as well, and must be seen.
  if (!isRefusal(error)) throw error
  if (error.code === 'status_index_outside') return { ok: false, code: 'status_index_outside' }
  const away = error.kind === 'upstream' || error.kind === 'unavailable'
  return { ok: false, code: away ? 'status_unavailable' : 'status_list_invalid', reason: error.code }
}

const tokenLists = (deps: StatusCheckerDeps): ListKind => ({
  name: 'token',
  accept: 'application/statuslist+jwt',
  read: async (token, uri) => {
    const { jws, key: named } = parseStatusListToken(token)
    const { key, signer } = await keyOfList(named, deps)
    return { ...(await verifyStatusListToken(jws, key, { uri, now: deps.clock.now() })), signer }
  },
})
