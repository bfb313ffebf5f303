import type { KeyFacts } from '../agent/index.ts'
import { type Did, Refusal } from '../core/index.ts'
import type { ChangeKind } from './change-table.ts'

/** What an administrator wants done. */
export interface Order {
  readonly kind: ChangeKind
  /** The key it is about, as its `kid` or the fragment of that; the one that signs unless told. */
  readonly kid?: string
  /** The address that is to be in the document; the one in agent.yml unless told. */
  readonly endpoint?: string
}

/**
 * The key an order is about; null where none signs.
 * @throws Refusal `did_deactivated`, `did_not_on_chain`, `own_key_unknown`, `key_given_up`, `key_not_active`
 */
export function keyOf(did: Did, { kind, kid }: Order, all: readonly KeyFacts[]): KeyFacts | null {
  const signing = all.filter(({ use }) => use === 'signing')
  if (signing.some(({ state }) => state === 'ended'))
    throw new Refusal('conflict', 'did_deactivated', 'this DID was deactivated: nothing changes it any more')
  if ((kind === 'endpoint' || kind === 'controller' || kind === 'deactivate') && kid !== undefined)
    throw new Error(`${kind} is about no key`)
  if (kind === 'controller' && !did.startsWith('did:ethr:'))
    throw new Refusal('unprocessable', 'did_not_on_chain', 'a did:web has no controller: its host decides')
  const active = signing.filter(({ state }) => state === 'active').at(-1)
  if (kid === undefined) return active ?? null
  const named = signing.find(
    (key) => key.kid !== null && [key.kid, key.kid.split('#')[1]].includes(kid.replace(/^#/, '')),
  )
  if (!named) throw new Refusal('not_found', 'own_key_unknown', 'our DID has no such key')
  if (named.state === 'compromised')
    throw new Refusal('conflict', 'key_given_up', 'this key was given up before')
  if (kind === 'retire' && named.state !== 'active')
    throw new Refusal('conflict', 'key_not_active', `this key is ${named.state} and does not sign`, {
      params: { state: named.state },
    })
  return named
}
