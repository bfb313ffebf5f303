import { z } from 'zod'
import { type ConsentUnlock, type Did, didOfUrl, isDid, newId, Refusal } from '../core/index.ts'
import { type ParsedJws, parseJws, signJws, verifyJws } from '../jose/index.ts'
import { sha256 } from '../trust/index.ts'
import type { SigningPorts } from './ports.ts'
import type { Authority, OneSigned, SignedBy } from './signed.ts'
import { digestText } from './terms.ts'

/** `typ` of what a signatory signs, and of her company's word that she signs for it. */
export const SIGNATURE_TYP = 'regie-agreement-signature+jwt'
export const ENDORSEMENT_TYP = 'regie-agreement-endorsement+jwt'

const did = z.string().max(2048).refine(isDid)
export const compactJws = z.string().min(1).max(8_192)

const signatureSchema = z.strictObject({
  /** The signatory: a person. */
  iss: did,
  agreement: z.uuid(),
  version: z.int().min(1),
  digest: digestText,
  /** For whom she signs, and with whom. */
  organisation: did,
  counterparty: did,
  representation_type: z.enum(['SOLE', 'JOINT']),
  iat: z.int().min(0),
  jti: z.uuid(),
})

const endorsementSchema = z.strictObject({
  iss: did,
  sub: did,
  /** SHA-256 of the person's signed token. */
  signature: digestText,
  iat: z.int().min(0),
})

/** What must have been signed, and for whom. */
export interface WhatIsSigned {
  readonly agreement: string
  readonly version: number
  readonly digest: string
  readonly organisation: Did
  readonly counterparty: Did
}

/** A signature that says what it should; by whom is not verified yet. */
export interface ReadSignature {
  readonly person: Did
  readonly representation: Authority['representation']
  /** Seconds since the epoch. */
  readonly at: number
  readonly signature: ParsedJws
  readonly endorsement: ParsedJws
}

/** Her own key signs, and the company's says that she does it for the company. @throws Refusal `consent_locked` */
export async function sign(
  what: WhatIsSigned,
  by: {
    readonly person: Did
    readonly representation: Authority['representation']
    readonly unlock: ConsentUnlock | undefined
  },
  nowS: number,
  { signerOf }: Pick<SigningPorts, 'signerOf'>,
): Promise<OneSigned> {
  const signature = await signJws(
    { typ: SIGNATURE_TYP },
    { iss: by.person, ...what, representation_type: by.representation, iat: nowS, jti: newId() },
    await signerOf(by.person, by.unlock),
  )
  const endorsement = await signJws(
    { typ: ENDORSEMENT_TYP },
    { iss: what.organisation, sub: by.person, signature: sha256(signature), iat: nowS },
    await signerOf(what.organisation),
  )
  return { signature, endorsement }
}

/**
 * Reads a company's signature: one of who may bind it alone, or two and more of different persons who do it together.
 * Asks nobody.
 * @throws Refusal `agreement_signature_invalid`, `agreement_version_differs`, `agreement_signatory_not_person`, `jws_…`
 */
export function readSignature(signed: SignedBy, what: WhatIsSigned): readonly ReadSignature[] {
  const all = [signed, ...(signed.together ?? [])].map((one) => readOne(one, what))
  const expected = all.length === 1 ? 'SOLE' : 'JOINT'
  if (all.some(({ representation }) => representation !== expected)) throw invalid()
  if (new Set(all.map(({ person }) => person)).size < all.length) throw invalid()
  return all
}

function readOne(signed: OneSigned, what: WhatIsSigned): ReadSignature {
  const signature = parseJws(signed.signature)
  const endorsement = parseJws(signed.endorsement)
  const hers = signatureSchema.safeParse(signature.payload)
  const theirs = endorsementSchema.safeParse(endorsement.payload)
  if (!hers.success || !theirs.success) throw invalid()
  const { iss: person, agreement, version, digest, organisation, counterparty, iat } = hers.data
  if (agreement !== what.agreement || version !== what.version || digest !== what.digest)
    throw new Refusal('conflict', 'agreement_version_differs', 'another text was signed than this one')
  if (organisation !== what.organisation || counterparty !== what.counterparty) throw invalid()
  if (!person.startsWith('did:jwk:'))
    throw new Refusal(
      'unprocessable',
      'agreement_signatory_not_person',
      'a natural person signs an agreement',
    )
  const { iss, sub, signature: of } = theirs.data
  if (iss !== what.organisation || sub !== person || of !== sha256(signed.signature)) throw invalid()
  if (signerOf(signature) !== person || signerOf(endorsement) !== iss) throw invalid()
  return { person, representation: hers.data.representation_type, at: iat, signature, endorsement }
}

/** Her own signature: what a did:jwk says is in itself, so nobody is asked. @throws Refusal `jws_signature_invalid` … */
export async function verifyPerson({ signature }: ReadSignature, ports: Pick<SigningPorts, 'requireKey'>) {
  const key = await ports.requireKey(String(signature.header.kid), 'assertionMethod')
  verifyJws(signature, key, { typ: SIGNATURE_TYP })
}

/** Her company's word, by a key that its DID lists now. @throws Refusal `jws_signature_invalid`, `key_…`, `did_…` */
export async function verifyEndorsement(
  { endorsement }: ReadSignature,
  ports: Pick<SigningPorts, 'requireKey'>,
) {
  const key = await ports.requireKey(String(endorsement.header.kid), 'assertionMethod')
  verifyJws(endorsement, key, { typ: ENDORSEMENT_TYP })
}

/** Who a kept signature says signed, and when; for people to read. */
export function signatoryOf(signed: SignedBy | null): {
  readonly at: number | null
  readonly person: string | null
} {
  if (!signed) return { at: null, person: null }
  const all = [signed, ...(signed.together ?? [])].map(({ signature }) =>
    signatureSchema.parse(parseJws(signature).payload),
  )
  const at = Math.max(...all.map(({ iat }) => iat)) * 1000
  return { at, person: all.map(({ iss }) => iss).join(', ') }
}

const signerOf = ({ header: { kid } }: ParsedJws): Did | null =>
  typeof kid === 'string' ? didOfUrl(kid) : null

const invalid = () =>
  new Refusal(
    'unprocessable',
    'agreement_signature_invalid',
    'this is no signature of that party under this agreement',
  )
