import type { Did } from '../../core/index.ts'
import {
  type CertifiedIssuing,
  type ClaimPattern,
  type Claims,
  type Credentials,
  type CredentialType,
  type Issuer,
  type W3cCredentials,
  w3cNameOf,
} from '../../credentials/index.ts'
import type { PublicJwk } from '../../jose/index.ts'
import type { Tx } from '../../store/index.ts'
import { CREDENTIAL, type VcFormat } from '../../vc-jwt/index.ts'
import { FORMAT } from '../names.ts'

/** A credential to sign: one per key. */
export interface FormatInput {
  readonly issuer: Issuer
  readonly type: string
  readonly claims: Claims
  /** Whom it is about: the DID of the key, or the key itself as did:jwk. */
  readonly subject: Did
  readonly key: PublicJwk
}

export interface FormatIssued {
  /** What we revoke it by. */
  readonly id: string
  /** As it goes into a Credential Response: text, or an object where the format is one. */
  readonly credential: string | object
}

/**
 * A credential format to issue in (OpenID4VCI 1.0, appendix A): what tells it apart in the metadata, and how it is
 * signed. Another format is another one of these in the list that `createOid4vci` is given.
 */
export interface IssuingFormat {
  /** Credential Format Identifier, such as `dc+sd-jwt`. */
  readonly format: string
  /** Credential Configuration Identifier of a type; no two formats may give the same. */
  configurationIdOf(type: CredentialType): string
  /** What the authorization server takes as `scope` for it. */
  scopeOf(type: CredentialType): string
  /** Members of the configuration that are of this format only, such as `vct`. */
  configurationOf(type: CredentialType): object
  /** Where a claim of a type lies in a credential. */
  claimPathOf(path: ClaimPattern): ClaimPattern
  /** Signs and registers, in order; status entries are allocated in the same transaction. */
  issue(tx: Tx, inputs: readonly FormatInput[]): Promise<readonly FormatIssued[]>
}

/** IETF SD-JWT VC (OpenID4VCI 1.0, appendix A.3). @param certified what is signed under a certificate; nothing unless told */
export const sdJwtFormat = (
  credentials: Pick<Credentials, 'issueMany'>,
  certified?: Pick<CertifiedIssuing, 'of'>,
): IssuingFormat => ({
  format: FORMAT,
  configurationIdOf: ({ name }) => name,
  scopeOf: ({ vct }) => vct,
  configurationOf: ({ vct }) => ({ vct }),
  claimPathOf: (path) => path,
  issue: async (tx, inputs) => {
    const certificates = await Promise.all(inputs.map(({ issuer, type }) => certified?.of(issuer, type)))
    const issued = await credentials.issueMany(
      tx,
      inputs.map(({ issuer, type, claims, subject, key }, at) => ({
        ...{ issuer, type, claims, subject },
        ...{ holderKey: key, certificate: certificates[at] ?? undefined },
      })),
    )
    return issued.map(({ id, compact }) => ({ id, credential: compact }))
  },
})

/**
 * W3C credentials in a JWT: VCDM 1.1 (OpenID4VCI 1.0, appendix A.1.1), and VCDM 2.0 in the same way. The type is called by
 * its `vct`, which needs no context to mean the same everywhere.
 */
export const w3cFormat = (
  format: VcFormat,
  w3cCredentials: Pick<W3cCredentials, 'issueMany'>,
): IssuingFormat => ({
  format,
  configurationIdOf: ({ name }) => `${name}.${format}`,
  scopeOf: ({ vct }) => `${vct}:${format}`,
  configurationOf: ({ vct }) => ({ credential_definition: { type: [CREDENTIAL, vct] } }),
  claimPathOf: ([name, ...path]) => ['credentialSubject', w3cNameOf(String(name)), ...path],
  issue: async (tx, inputs) => {
    const issued = await w3cCredentials.issueMany(tx, format, inputs)
    return issued.map(({ id, compact }) => ({ id, credential: compact }))
  },
})

/** A type in a format: one entry of `credential_configurations_supported`. */
export interface Configuration {
  readonly id: string
  readonly scope: string
  readonly type: CredentialType
  readonly format: IssuingFormat
}

export class Configurations {
  readonly #byId: ReadonlyMap<string, Configuration>

  constructor(types: readonly CredentialType[], formats: readonly IssuingFormat[]) {
    const all = formats.flatMap((format) =>
      types.map((type) => ({
        id: format.configurationIdOf(type),
        scope: format.scopeOf(type),
        ...{ type, format },
      })),
    )
    this.#byId = new Map(all.map((one) => [one.id, one]))
    if (this.#byId.size !== all.length) throw new Error('two formats name a configuration the same')
  }

  list(): readonly Configuration[] {
    return [...this.#byId.values()]
  }

  find(id: string): Configuration | null {
    return this.#byId.get(id) ?? null
  }

  /** The configuration of a type in a format, or null. */
  of(type: string, format: string): Configuration | null {
    return this.list().find((one) => one.type.name === type && one.format.format === format) ?? null
  }
}
