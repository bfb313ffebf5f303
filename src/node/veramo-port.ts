import type { SdJwtPort } from '../agent/index.ts'
import { type Did, Refusal } from '../core/index.ts'
import {
  type Claims,
  type Credentials,
  type CredentialTypes,
  credentialDigest,
  heldCredentialTable,
  type VerifyCredential,
} from '../credentials/index.ts'
import type { Parties, Party } from '../parties/index.ts'
import { readSdJwt } from '../sd-jwt/index.ts'
import type { Store } from '../store/index.ts'

export interface VeramoPortDeps {
  readonly store: Store
  readonly parties: Parties
  readonly credentials: Credentials
  readonly types: CredentialTypes
  readonly verifyCredential: VerifyCredential
}

/** Lets Veramo's credential plugin issue, present and verify through the same rooms as everything else. */
export function createVeramoPort(deps: VeramoPortDeps): SdJwtPort {
  const { store, parties, credentials, types, verifyCredential } = deps
  const ours = async (did: Did): Promise<Party> => {
    const party = await parties.findByDid(did)
    if (!party) throw new Refusal('not_found', 'party_unknown', 'this node is not the home of that party')
    return party
  }
  return {
    issue: async ({ issuer, vct, claims: { sub, ...claims }, expiresAt }) => {
      const party = await ours(issuer)
      const { compact } = await credentials.issueQueued({
        issuer: parties.issuerOf(party),
        type: types.require(vct).name,
        subject: (sub ?? issuer) as Did,
        claims: claims as Claims,
        ...(expiresAt !== undefined && { expiresAt }),
      })
      return { compact }
    },
    present: async ({ holder, compact, nonce, audience }) => {
      const { id } = await ours(holder)
      const digest = credentialDigest(compact)
      const row = await store.reader.findOneBy(heldCredentialTable, { holderParty: id, digest })
      if (!row)
        throw new Refusal('not_found', 'credential_not_held', 'this party does not hold that credential')
      const { disclosedPaths } = readSdJwt(compact)
      return { compact: await credentials.present(row, disclosedPaths, { nonce, aud: audience }) }
    },
    verify: async ({ compact, nonce, audience }) => {
      const bound = nonce !== undefined || audience !== undefined
      const expected = {
        ...(nonce !== undefined && { nonce }),
        ...(audience !== undefined && { aud: audience }),
      }
      const report = await verifyCredential(compact, { keyBinding: bound ? expected : 'optional' })
      const failed = report.checks.find(({ ok }) => !ok)
      return {
        verified: report.verified,
        ...(failed?.code && { code: failed.code }),
        ...(failed?.detail && { detail: failed.detail }),
      }
    },
  }
}
