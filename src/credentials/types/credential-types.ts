import { Refusal } from '../../core/index.ts'
import type { ClaimRef } from './claim-path.ts'
import type { CredentialType } from './credential-type.ts'
import type { ClaimMetadata } from './type-metadata.ts'

/** The credential types this node knows. */
export class CredentialTypes {
  readonly #byVct: ReadonlyMap<string, CredentialType>
  readonly #byName: ReadonlyMap<string, CredentialType>

  constructor(types: readonly CredentialType[]) {
    this.#byVct = new Map(types.map((type) => [type.vct, type]))
    this.#byName = new Map(types.map((type) => [type.name, type]))
  }

  list(): readonly CredentialType[] {
    return [...this.#byName.values()]
  }

  find(vct: string): CredentialType | null {
    return this.#byVct.get(vct) ?? null
  }

  /** @throws Refusal `unknown_credential_type` */
  require(vct: string): CredentialType {
    return this.#known(this.find(vct))
  }

  findByName(name: string): CredentialType | null {
    return this.#byName.get(name) ?? null
  }

  /** By short name, such as `company-profile`. @throws Refusal `unknown_credential_type` */
  byName(name: string): CredentialType {
    return this.#known(this.findByName(name))
  }

  /** What a claim reference points at. @throws Refusal `unknown_credential_type`, `unknown_claim` */
  requireClaim(ref: ClaimRef): { readonly type: CredentialType; readonly claim: ClaimMetadata } {
    const type = this.byName(ref.type)
    return { type, claim: type.requireClaimPath(ref.path) }
  }

  #known(type: CredentialType | null): CredentialType {
    if (type) return type
    throw new Refusal('invalid', 'unknown_credential_type', 'this node does not know that credential type', {
      params: { known: [...this.#byName.keys()] },
    })
  }
}
