import type { JwtVcPort } from '../agent/index.ts'
import { type Did, Refusal } from '../core/index.ts'
import type { Claims, CredentialTypes, VerifyW3c, W3cCredentials } from '../credentials/index.ts'
import type { Parties, Party } from '../parties/index.ts'

export interface VeramoJwtPortDeps {
  readonly parties: Parties
  readonly types: CredentialTypes
  readonly w3cCredentials: W3cCredentials
  readonly w3c: VerifyW3c
}

/** Lets Veramo's credential plugin issue, present and verify W3C credentials in JWTs as this node does. */
export function createVeramoJwtPort({ parties, types, w3cCredentials, w3c }: VeramoJwtPortDeps): JwtVcPort {
  const ours = async (did: Did): Promise<Party> => {
    const party = await parties.findByDid(did)
    if (!party) throw new Refusal('not_found', 'party_unknown', 'this node is not the home of that party')
    return party
  }
  return {
    issue: async ({ format, issuer, vct, subject, claims, expiresAt }) => {
      const party = await ours(issuer)
      return w3cCredentials.issueQueued({
        ...{ format, subject, claims: claims as Claims, issuer: parties.issuerOf(party) },
        type: types.require(vct).name,
        ...(expiresAt !== undefined && { expiresAt }),
      })
    },
    present: async ({ format, holder, credentials, nonce, audience }) => {
      const by = parties.issuerOf(await ours(holder))
      return {
        compact: await w3cCredentials.present(format, credentials, { holder: by, nonce, aud: audience }),
      }
    },
    verifyCredential: async ({ compact }) =>
      firstFault([(await w3c.credential(compact, { fresh: true })).checks]),
    verifyPresentation: async ({ compact, nonce, audience }) => {
      const { checks, credentials } = await w3c.presentation(compact, {
        fresh: true,
        ...(nonce !== undefined && { nonce }),
        ...(audience !== undefined && { aud: audience }),
      })
      return firstFault([checks, ...credentials.map((one) => one.checks)])
    },
  }
}

function firstFault(checks: readonly (readonly { ok: boolean; code?: string; detail?: string }[])[]) {
  const failed = checks.flat().find(({ ok }) => !ok)
  return {
    verified: failed === undefined,
    ...(failed?.code && { code: failed.code }),
    ...(failed?.detail && { detail: failed.detail }),
  }
}
