import { createHash } from 'node:crypto'
import canonicalize from 'canonicalize'
import { isoTime } from '../core/index.ts'
import { type Exported, type GrantRecord, type Lost, lostOf, type Use } from './grant-record.ts'
import { claimIri, claimPath, digestIri, iri, prefixes, recipientIris, uuidUrn } from './iris.ts'

export type Document = Readonly<Record<string, unknown>>

/** Members an export adds to the record as it was when the consent was given; its digest is without them. */
const ADDED = ['dct:hasPart', 'dpv:hasEntity']

/** Fields of ISO/IEC TS 27560 about which a grant says nothing. */
const MISSING = ['dpv:hasJurisdiction', 'dpv:StorageLocation', 'dpv:isExercisedAt', 'dct:language']

/**
 * The record of a consent at the moment it was given. It is made of nothing but what the grant credential says, so
 * that whoever holds the credential can make it again and compare the digest that is in there.
 * Source: ISO/IEC TS 27560 in terms of DPV 2 (dpv-27560, record).
 * @param recordId UUID
 */
export const consentAsGiven = (recordId: string, grant: GrantRecord): Document => ({
  '@context': prefixes,
  '@id': uuidUrn(recordId),
  '@type': 'dpv:ConsentRecord',
  'dct:identifier': recordId,
  'dct:conformsTo': iri('https://w3id.org/dpv/schema/dpv-27560#record'),
  'dct:created': time(grant.from),
  'dct:references': iri(uuidUrn(grant.id)),
  'dpv:hasDataSubject': iri(grant.grantor),
  'dpv:hasDataController': iri(grant.grantee),
  'dpv:hasApplicableLaw': iri('eu-gdpr:GDPR'),
  'dpv:hasNotice': { '@id': digestIri(grant.request), '@type': 'dpv:ConsentNotice' },
  'dpv:hasProcess': {
    '@type': 'dpv:Process',
    'dct:description': grant.relevance,
    'dpv:hasPurpose': grant.purpose.map(iri),
    'dpv:hasLegalBasis': iri(grant.legal_basis),
    'dpv:hasProcessing': iri('dpv:Consult'),
    'dpv:hasPersonalData': grant.query.map(({ credential_id: credentialId, vct, path }) => ({
      '@id': claimIri(credentialId, path),
      'dct:conformsTo': vct,
    })),
    'dpv:hasRecipient': [grant.grantee, ...recipientIris(grant.recipients)].map(iri),
    ...(grant.retention && {
      'dpv:hasStorageCondition': {
        '@type': 'dpv:StorageDuration',
        'dpv:hasDuration': { '@type': 'dpv:TemporalDuration', 'rdf:value': grant.retention },
      },
    }),
  },
  'dpv:hasConsentControl': { '@type': 'dpv:WithdrawConsent' },
  'dpv:hasRight': { '@type': ['dpv:DataSubjectRight', 'eu-gdpr:A7-3'] },
  'dpv:hasConsentStatus': {
    '@type': ['dpv:ConsentGiven', 'dpv:ExplicitlyExpressedConsent'],
    'dpv:isIndicatedBy': iri(grant.grantor),
    'dpv:isIndicatedAtTime': time(grant.from),
    'dpv:hasDuration': { '@type': 'dpv:UntilTimeDuration', 'rdf:value': time(grant.until) },
  },
})

/** SHA-256 of the record as it was given, canonical JSON (RFC 8785): `sha-256:` and base64url. */
export function consentDigest(record: Document): string {
  const given = Object.fromEntries(Object.entries(record).filter(([name]) => !ADDED.includes(name)))
  const hash = createHash('sha256').update(canonicalize(given) ?? '')
  return `sha-256:${hash.digest('base64url')}`
}

/**
 * The record with what happened since, oldest first: each use, and last the end.
 * @param known what only the owner knows, newest first; null for who holds the grant
 */
export function consentRecord(
  given: Document,
  grant: GrantRecord,
  known: { readonly uses: readonly Use[]; readonly moreUses: boolean } | null,
): Exported {
  const oldestFirst = [...(known?.uses ?? [])].reverse()
  const parts = [...oldestFirst.map((use) => usePart(use, grant)), ...endParts(grant)]
  const document = {
    ...given,
    'dpv:hasEntity': {
      '@id': grant.grantee,
      '@type': 'dpv:DataController',
      'schema:name': grant.grantee_name,
    },
    ...(parts.length > 0 && { 'dct:hasPart': parts }),
  }
  const lost: Lost[] = lostOf(grant, [
    ['digest', 'no_term'],
    ['case', 'no_term'],
    ['value', 'no_term'],
    ['agreement', 'no_term'],
    ['delegation', 'no_term'],
    // A digest cannot be in what it is of.
    ['consent_record.digest', 'no_term'],
  ])
  if (!known) lost.push({ field: 'uses', why: 'owner_only' })
  else if (known.moreUses) lost.push({ field: 'uses', why: 'older_uses' })
  return { document, lost: [...lost, { field: 'signature', why: 'unsigned' }], missing: MISSING }
}

function usePart(use: Use, { query }: GrantRecord) {
  return {
    '@id': uuidUrn(use.id),
    '@type': 'dpv:Process',
    'dct:date': time(use.at),
    'dpv:hasActivityStatus': iri('dpv:ActivityCompleted'),
    'dpv:hasProcessing': iri('dpv:Consult'),
    'dpv:hasPurpose': use.purpose.map(iri),
    'dpv:hasPersonalData': use.claims.flatMap((claim) => {
      const wanted = claimPath(claim.path)
      const held = query.find(({ vct, path }) => vct === claim.vct && claimPath(path) === wanted)
      return held ? [iri(claimIri(held.credential_id, held.path))] : []
    }),
    ...(use.actor && {
      'dpv:hasRecipient': {
        '@id': use.actor.did,
        ...(use.actor.name && { 'schema:name': use.actor.name }),
        ...(use.actor.role && { 'schema:roleName': use.actor.role }),
      },
    }),
  }
}

function endParts({ ended, grantor }: GrantRecord) {
  if (!ended) return []
  const expired = ended.code === 'grant_expired'
  return [
    {
      '@type': expired ? 'dpv:ConsentExpired' : 'dpv:ConsentWithdrawn',
      'dct:type': ended.code,
      ...(!expired && { 'dpv:isIndicatedBy': iri(grantor) }),
      ...(ended.by && { 'dpv:isImplementedBy': ended.by }),
      ...(ended.at !== null && { 'dpv:isIndicatedAtTime': time(ended.at) }),
    },
  ]
}

const time = (ms: number) => ({ '@type': 'xsd:dateTime', '@value': isoTime(ms) })
