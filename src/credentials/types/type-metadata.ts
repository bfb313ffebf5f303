import { z } from 'zod'
import { isDuration } from '../../core/index.ts'
import { CLAIM_NAME } from './claim-path.ts'

export const languages = ['nl', 'en'] as const
export type Language = (typeof languages)[number]

/**
 * How carefully a claim is handled: `confidential` is the party's own and granted by it; `trusted` is what an
 * organisation adds about its products and services; `trade_secret` only opens under a signed agreement; `public`
 * can be found in public registers. Not even `public` opens without a grant.
 */
export const dataClasses = ['confidential', 'trusted', 'trade_secret', 'public'] as const
export type DataClass = (typeof dataClasses)[number]

/**
 * Who may issue a type: the trust anchor; the subject itself (self-declared); an organisation that holds a valid
 * registration with the trust anchor; or the data subject, about data of its own, to somebody else.
 */
export const issuerRules = [
  'trust-anchor',
  'subject',
  'registered-organisation',
  'data-subject',
  /** Nobody but whom `agent.yml` lists for the type. */
  'listed',
] as const
export type IssuerRule = (typeof issuerRules)[number]

/** Whose data a type holds, so who may open them; `any` is for papers of the network itself, which nobody asks for. */
export const subjectKinds = ['organisation', 'person', 'system', 'any'] as const
export type SubjectKind = (typeof subjectKinds)[number]

/** Claims of the token itself (RFC 7519, RFC 9901, SD-JWT VC) and names JavaScript reacts to; no type can use them. */
const reserved = new Set([
  ...['iss', 'sub', 'aud', 'exp', 'nbf', 'iat', 'jti', 'cnf', 'status'],
  ...['vct', 'vct#integrity', '_sd', '_sd_alg', '...'],
  ...['__proto__', 'constructor', 'prototype'],
])

const text = (max: number) => z.string().min(1).max(max)

const inEveryLanguage = (display: readonly { locale: Language }[]): boolean =>
  display.length === languages.length &&
  languages.every((language) => display.some((d) => d.locale === language))

const claimMetadata = z.strictObject({
  path: z
    .tuple([z.string().regex(CLAIM_NAME)], z.string().regex(CLAIM_NAME).nullable())
    .refine((path) => path.length <= 8, 'too deep')
    .refine((path) => path.every((part) => part === null || !reserved.has(part)), 'reserved name'),
  display: z
    .array(z.strictObject({ locale: z.enum(languages), label: text(100), description: text(300).optional() }))
    .refine(inEveryLanguage, 'one label in each language'),
  /** May a holder leave it out: `always`; `allowed` counts as `always` here; `never`. */
  sd: z.enum(['always', 'allowed', 'never']),
  mandatory: z.boolean(),
  regie: z.strictObject({ data_class: z.enum(dataClasses) }),
})

/** Type metadata (SD-JWT VC, section "Type Metadata Format") with our own members under `regie`. */
export const typeMetadata = z.strictObject({
  vct: z.string().min(1).max(500).regex(/^\S+$/),
  name: text(100),
  description: text(500),
  display: z
    .array(z.strictObject({ locale: z.enum(languages), name: text(100), description: text(300) }))
    .refine(inEveryLanguage, 'one name in each language'),
  regie: z.strictObject({
    about: z.enum(subjectKinds),
    issuers: z.enum(issuerRules),
    validity: z.string().refine(isDuration, 'ISO 8601 duration'),
    /** Whether every credential of this type has an entry in a status list. */
    status: z.boolean(),
  }),
  claims: z.array(claimMetadata).min(1).max(200),
})

export type TypeMetadata = Readonly<z.output<typeof typeMetadata>>
export type ClaimMetadata = Readonly<z.output<typeof claimMetadata>>
