import type { Agent, KeyFacts } from '../agent/index.ts'
import type { Did } from '../core/index.ts'
import { type Credentials, heldCredentialTable, type IssuedCredentialRow } from '../credentials/index.ts'
import type { Party } from '../parties/index.ts'
import type { Reader, Store } from '../store/index.ts'
import type { ChangeKind, Outcome } from './change-table.ts'
import { fateOf, type Plan, planOf, type SignedOne } from './plan.ts'

export interface ConcernedDeps {
  readonly store: Store
  readonly agent: Pick<Agent, 'keysOf' | 'publicKey'>
  readonly credentials: Credentials
}

/** The credentials a change of our DID is about. */
export class Concerned {
  readonly #deps: ConcernedDeps

  constructor(deps: ConcernedDeps) {
    this.#deps = deps
  }

  /** What a change would do to what is there now. */
  async plan({ id, did }: Party, kind: ChangeKind, key: KeyFacts | null): Promise<Plan> {
    const { agent, credentials, store } = this.#deps
    const { reader } = store
    const signed = new Map<string, SignedOne>()
    const bound = new Map<string, string>()
    for (const kid of await this.#kids(did, kind, key)) {
      for (const row of await credentials.signedWith(reader, did, kid))
        signed.set(row.id, await this.#signedOne(reader, row))
      for (const row of await credentials.heldUnder(reader, id, await agent.publicKey(kid)))
        if (row.issuer !== did) bound.set(row.id, credentials.types.find(row.vct)?.name ?? row.vct)
    }
    return planOf(kind, {
      signed: [...signed.values()],
      bound: [...bound.values()],
      method: did.startsWith('did:web:') ? 'web' : 'ethr',
      isInUse: key?.state === 'active',
    })
  }

  /** What becomes of each credential that a lost key signed. */
  async outcomes(reader: Reader, did: Did, kid: string): Promise<Outcome[]> {
    const found: Outcome[] = []
    for (const row of await this.#deps.credentials.signedWith(reader, did, kid)) {
      const one = await this.#signedOne(reader, row)
      found.push({ id: row.id, type: one.type, fate: fateOf('compromise', one) })
    }
    return found
  }

  /** The end of a DID is about all its keys; an address and a controller are about none. */
  async #kids(did: Did, kind: ChangeKind, key: KeyFacts | null): Promise<string[]> {
    if (kind === 'endpoint' || kind === 'controller') return []
    if (kind !== 'deactivate') return key?.kid ? [key.kid] : []
    const keys = await this.#deps.agent.keysOf(did)
    return keys.flatMap(({ use, kid }) => (use === 'signing' && kid !== null ? [kid] : []))
  }

  async #signedOne(reader: Reader, { digest, vct }: IssuedCredentialRow): Promise<SignedOne> {
    const isHeld = await reader.existsBy(heldCredentialTable, { digest, state: 'current' })
    return { type: this.#deps.credentials.types.find(vct)?.name ?? vct, isHeld }
  }
}
