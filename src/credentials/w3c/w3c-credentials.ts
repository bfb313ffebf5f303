import { newId, seconds } from '../../core/index.ts'
import { type Allocated, credentialStatus } from '../../status-lists/index.ts'
import { createBatch, insertAll, type Tx } from '../../store/index.ts'
import { issueVcJwt, presentVcJwt, VC_JWT, type VcFormat } from '../../vc-jwt/index.ts'
import { allocateStatus } from '../allocate-status.ts'
import { type IssuedCredentialRow, issuedCredentialTable } from '../credential-table.ts'
import type { CredentialsDeps, Issued, IssueInput, Issuer } from '../credentials.ts'
import { credentialDigest } from '../digest.ts'
import type { CredentialType } from '../types/index.ts'
import { subjectClaims } from './subject.ts'
import { w3cSchemaOf } from './w3c-schema.ts'

export interface W3cCredentialsDeps
  extends Pick<CredentialsDeps, 'store' | 'clock' | 'types' | 'signerOf' | 'statusIssuerOf' | 'statusLists'> {
  /** Where this node is reached, without a slash at the end: schemas are below it at `/schemas/<type>/w3c`. */
  readonly baseUrl: string
}

/** Issues the types of the catalogue as W3C credentials; what was issued is revoked as any other. */
export class W3cCredentials {
  readonly #deps: W3cCredentialsDeps
  /** One of {@link issueMany}, in a transaction shared with others that issue at the same time. */
  readonly issueQueued: (input: IssueInput & { readonly format: VcFormat }) => Promise<Issued>

  constructor(deps: W3cCredentialsDeps) {
    this.#deps = deps
    this.issueQueued = createBatch(
      deps.store,
      async (tx, inputs: readonly (IssueInput & { readonly format: VcFormat })[]) => {
        const issued: Issued[] = []
        for (const input of inputs) issued.push(...(await this.issueMany(tx, input.format, [input])))
        return issued
      },
    )
  }

  /** Signs and registers, in order. The holder is the subject: `holderKey` is for its DID to say. @throws Refusal `unknown_credential_type`, `invalid_claims` */
  async issueMany(tx: Tx, format: VcFormat, inputs: readonly IssueInput[]): Promise<Issued[]> {
    const typed = inputs.map((input) => {
      const type: CredentialType = this.#deps.types.byName(input.type)
      type.requireValidClaims(input.claims)
      return { input, type }
    })
    const entries = await allocateStatus(this.#deps, tx, typed, 'bitstring')
    const issued = await Promise.all(
      typed.map(({ input, type }, at) => this.#sign(format, input, type, entries[at])),
    )
    await insertAll(
      tx,
      issuedCredentialTable,
      issued.map(({ row }) => row),
    )
    return issued.map(({ row: { id, digest, expiresAt }, compact }) => ({ id, compact, digest, expiresAt }))
  }

  /** A presentation of credentials of one format by a DID of ours. @throws Refusal `consent_locked`, `key_unknown` */
  async present(
    format: VcFormat,
    credentials: readonly string[],
    { holder, nonce, aud }: { holder: Issuer; nonce: string; aud: string },
  ): Promise<string> {
    const signer = await this.#deps.signerOf(holder.did, holder.unlock)
    const now = seconds(this.#deps.clock.now())
    return presentVcJwt(format, credentials, { holder: holder.did, nonce, aud, now, signer })
  }

  async #sign(format: VcFormat, input: IssueInput, type: CredentialType, entry: Allocated | undefined) {
    const { issuer, subject, claims } = input
    const issuedAt = input.issuedAt ?? this.#deps.clock.now()
    const id = input.id ?? newId()
    const expiresAt = input.expiresAt ?? type.expiresAt(issuedAt)
    const signer = await this.#deps.signerOf(issuer.did, issuer.unlock)
    const credential = {
      ...{ issuer: issuer.did, subject, claims: subjectClaims(claims) },
      ...{ id: `urn:uuid:${id}`, type: type.vct },
      validFrom: seconds(issuedAt),
      validUntil: seconds(expiresAt),
      schema: {
        id: `${this.#deps.baseUrl}/schemas/${type.name}/w3c`,
        type: 'JsonSchema',
        // A term of the later model.
        ...(format !== VC_JWT && { digestSRI: w3cSchemaOf(type).integrity }),
      },
      ...(entry && { status: credentialStatus(entry) }),
    }
    const compact = await issueVcJwt(format, credential, signer)
    const row: IssuedCredentialRow = {
      ...{ id, vct: type.vct, issuer: issuer.did, issuerParty: issuer.partyId, subject },
      ...{ kid: signer.kid, digest: credentialDigest(compact) },
      statusListId: entry?.listId ?? null,
      statusIndex: entry?.index ?? null,
      ...{ issuedAt, expiresAt, revokedAt: null },
    }
    return { row, compact }
  }
}
