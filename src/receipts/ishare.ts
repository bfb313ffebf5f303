import { seconds } from '../core/index.ts'
import { type Exported, type GrantRecord, lostOf } from './grant-record.ts'
import { claimPath } from './iris.ts'

/** iSHARE's licences for what is read: "internal use only", and "re-sharing with adhering parties only". */
const INTERNAL_USE = 'ISHARE.0002'
const RE_SHARING = 'ISHARE.0001'

/**
 * A grant as iSHARE delegation evidence: the object of the claim `delegationEvidence`, unsigned. Parties are named by
 * DID where iSHARE has EORI numbers. What was revoked is evidence of a denial, so that nobody reads a permit in it.
 * Source: iSHARE delegation evidence schema.
 */
export function ishareEvidence(grant: GrantRecord): Exported {
  const depth = grant.delegation?.max_depth ?? 0
  const effect = grant.ended && grant.ended.code !== 'grant_expired' ? 'Deny' : 'Permit'
  const document = {
    delegationEvidence: {
      notBefore: seconds(grant.from),
      notOnOrAfter: seconds(grant.until),
      policyIssuer: grant.grantor,
      target: { accessSubject: grant.grantee },
      policySets: [
        {
          maxDelegationDepth: depth,
          target: { environment: { licenses: [depth > 0 ? RE_SHARING : INTERNAL_USE] } },
          policies: byCredential(grant.query).map(({ vct, credentialId, attributes }) => ({
            target: {
              resource: { type: vct, identifiers: [credentialId], attributes },
              actions: grant.actions.map((action) => `ISHARE.${action.toUpperCase()}`),
            },
            rules: [{ effect }],
          })),
        },
      ],
    },
  }
  const lost = lostOf(grant, [
    ['id', 'no_term'],
    ['digest', 'no_term'],
    ['grantee_name', 'no_term'],
    ['delegation.to', 'no_term'],
    ['delegation.recipients', 'no_term'],
    ['purpose', 'no_term'],
    ['legal_basis', 'no_term'],
    ['case', 'no_term'],
    ['recipients.roles', 'no_term'],
    ['recipients.persons', 'no_term'],
    ['recipients.systems', 'no_term'],
    ['relevance', 'no_term'],
    ['value', 'no_term'],
    ['retention', 'no_term'],
    ['agreement', 'no_term'],
    ['request', 'no_term'],
    ['consent_record', 'no_term'],
    ['ended.at', 'no_term'],
    ['ended.code', 'no_term'],
    ['ended.by', 'no_term'],
  ])
  return { document, lost: [...lost, { field: 'signature', why: 'unsigned' }], missing: [] }
}

/** A policy per credential, with its claims as attributes. */
function byCredential(query: GrantRecord['query']) {
  const found = new Map<string, { vct: string; credentialId: string; attributes: string[] }>()
  for (const { vct, credential_id: credentialId, path } of query) {
    const key = JSON.stringify([vct, credentialId])
    const policy = found.get(key) ?? { vct, credentialId, attributes: [] }
    const attribute = claimPath(path)
    if (!policy.attributes.includes(attribute)) policy.attributes.push(attribute)
    found.set(key, policy)
  }
  return [...found.values()]
}
