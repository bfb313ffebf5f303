import { isoTime } from '../core/index.ts'
import { type Exported, type GrantRecord, lostOf } from './grant-record.ts'
import { claimIri, iri, prefixes, recipientIris, uuidUrn } from './iris.ts'

const literal = (type: string, value: string) => ({ '@value': value, '@type': `xsd:${type}` })
const at = (operator: 'gteq' | 'lt', ms: number) => ({
  leftOperand: 'dateTime',
  operator,
  rightOperand: literal('dateTime', isoTime(ms)),
})

/**
 * A grant as an ODRL Agreement: reading is permitted, for these purposes, to these recipients, from when until when;
 * passing it on is prohibited; deleting in time is a duty. What was taken back is a prohibition that outweighs the
 * permission. Source: ODRL Information Model 2.2.
 */
export function odrlAgreement(grant: GrantRecord): Exported {
  const targets = grant.query.map(({ credential_id: credentialId, vct, path }) => ({
    '@type': 'Asset',
    uid: claimIri(credentialId, path),
    'dct:conformsTo': vct,
  }))
  const depth = grant.delegation?.max_depth ?? 0
  const revoked = grant.ended && grant.ended.code !== 'grant_expired' ? grant.ended : null
  const recipients = recipientIris(grant.recipients)
  const document = {
    '@context': ['http://www.w3.org/ns/odrl.jsonld', { dct: prefixes.dct, xsd: prefixes.xsd }],
    '@type': 'Agreement',
    uid: uuidUrn(grant.id),
    'dct:issued': literal('dateTime', isoTime(grant.from)),
    assigner: grant.grantor,
    assignee: grant.grantee,
    conflict: 'prohibit',
    permission: [
      {
        target: targets,
        action: grant.actions,
        constraint: [
          { leftOperand: 'purpose', operator: 'isAnyOf', rightOperand: grant.purpose.map(iri) },
          at('gteq', grant.from),
          at('lt', grant.until),
          ...(recipients.length > 0
            ? [{ leftOperand: 'recipient', operator: 'isAnyOf', rightOperand: recipients.map(iri) }]
            : []),
        ],
        ...(grant.retention && { duty: [deleteWithin(grant.retention)] }),
      },
      ...(depth > 0 ? [passingOn(targets, grant.delegation?.to)] : []),
    ],
    ...((depth === 0 || revoked) && {
      prohibition: [
        ...(depth === 0 ? [{ target: targets, action: ['grantUse'] }] : []),
        ...(revoked
          ? [
              {
                target: targets,
                action: grant.actions,
                ...(revoked.at !== null && { constraint: [at('gteq', revoked.at)] }),
              },
            ]
          : []),
      ],
    }),
  }
  const lost = lostOf(grant, [
    ['digest', 'no_term'],
    ['grantee_name', 'no_term'],
    ['legal_basis', 'no_term'],
    ['case', 'no_term'],
    ['relevance', 'no_term'],
    ['value', 'no_term'],
    ['agreement', 'no_term'],
    ['delegation.recipients', 'no_term'],
    ['request', 'no_term'],
    ['consent_record', 'no_term'],
    ['ended.code', 'no_term'],
    ['ended.by', 'no_term'],
  ])
  if (depth > 0) lost.push({ field: 'delegation.max_depth', why: 'no_term' })
  return { document, lost: [...lost, { field: 'signature', why: 'unsigned' }], missing: [] }
}

/** Passing it on, to these parties if some are named. */
const passingOn = (target: object, to: readonly string[] | undefined) => ({
  target,
  action: ['grantUse'],
  ...(to && { constraint: [{ leftOperand: 'recipient', operator: 'isAnyOf', rightOperand: to.map(iri) }] }),
})

const deleteWithin = (retention: string) => ({
  action: 'delete',
  constraint: [
    { leftOperand: 'delayPeriod', operator: 'lteq', rightOperand: literal('duration', retention) },
  ],
})
