import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import canonicalize from 'canonicalize'
import { z } from 'zod'
import { endOfDay, isRefusal, Refusal } from '../core/index.ts'
import { parseJsonObject } from '../jose/index.ts'

/** The documents a policy is a set of, in their order. Version 1 is one text with these as its sections. */
export const policyParts = [
  'agreement',
  'terms',
  'data-agreement',
  'sla',
  'accountability-seal',
  'gdpr-code-of-conduct',
  'mediation-rules',
] as const
export type PolicyPart = (typeof policyParts)[number]

/** One document of a policy in one language; where it has no `part` it is the whole of it. */
export interface PolicyDocument {
  readonly part?: PolicyPart | undefined
  /** `nl` or `en`; the Dutch text decides. */
  readonly lang: 'nl' | 'en'
  readonly title: string
  /** Markdown. */
  readonly text: string
  /** `sha-256:` and the base64url digest of the text in UTF-8. */
  readonly digest: string
}

/** One version of a policy, as parties sign for it. */
export interface Policy {
  readonly id: string
  readonly version: number
  /** The day it takes effect, `YYYY-MM-DD`. */
  readonly effective: string
  /** Midnight in Amsterdam at the start of that day, in milliseconds since the epoch. */
  readonly effectiveAt: number
  readonly documents: readonly PolicyDocument[]
  /** What an acceptance signs: see {@link policyDigest}. */
  readonly digest: string
}

const ID = /^[a-z][a-z0-9-]{0,63}$/
const VERSION = /^[1-9][0-9]{0,5}$/
const MAX_BYTES = 262_144

/**
 * Whether these documents are a policy: one text, or each of its parts; in Dutch, and where there is English, in English
 * too; none of them twice.
 */
export function isWholeSet(documents: readonly Pick<PolicyDocument, 'part' | 'lang'>[]): boolean {
  const parts = documents.some(({ part }) => part !== undefined) ? policyParts : [undefined]
  const langs = documents.some(({ lang }) => lang === 'en') ? (['nl', 'en'] as const) : (['nl'] as const)
  const has = (part: PolicyPart | undefined, lang: 'nl' | 'en') =>
    documents.some((one) => one.part === part && one.lang === lang)
  return (
    documents.length === parts.length * langs.length &&
    langs.every((lang) => parts.every((part) => has(part, lang)))
  )
}

const policyFile = z.strictObject({
  id: z.string().regex(ID),
  version: z.int().min(1).max(999_999),
  effective: z.iso.date(),
  documents: z
    .array(
      z.strictObject({
        part: z.enum(policyParts).optional(),
        lang: z.enum(['nl', 'en']),
        title: z.string().min(1).max(100),
        file: z.string().regex(/^[a-z0-9-]{1,60}\.md$/),
        digest: z.string().regex(/^sha-256:[A-Za-z0-9_-]{43}$/),
      }),
    )
    .min(1)
    .refine(isWholeSet, 'each document once in each language, all of them in Dutch, which decides'),
})
type PolicyFile = z.output<typeof policyFile>

/**
 * Reads `<dir>/<id>/<version>/policy.json` with its texts, sorted by id and version. A published text never changes:
 * one that differs from the digest in `policy.json` is refused.
 * @throws Refusal `policy_unreadable`, `policy_invalid`, `policy_text_changed`, with `file` in its params
 */
export function loadPolicies(dir: string): readonly Policy[] {
  const policies = folders(dir, '.').flatMap((id) =>
    folders(join(dir, id), id).map((version) => loadPolicy(dir, id, version)),
  )
  if (policies.length === 0) throw refuse('policy_unreadable', '.', { reason: 'no_policies' })
  return policies.sort((a, b) => a.id.localeCompare(b.id) || a.version - b.version)
}

/**
 * `sha-256:` and the base64url SHA-256 of the canonical JSON (RFC 8785) of a policy's id, version, day of effect and
 * the digests of its texts: whoever signs it signs for all of these.
 */
export function policyDigest(
  policy: Pick<PolicyFile, 'id' | 'version' | 'effective'> & {
    readonly documents: readonly Pick<PolicyDocument, 'part' | 'lang' | 'title' | 'digest'>[]
  },
): string {
  const documents = policy.documents.map(({ part, lang, title, digest }) => ({
    ...(part && { part }),
    ...{ lang, title, digest },
  }))
  const { id, version, effective } = policy
  return sha256(canonicalize({ id, version, effective, documents }) ?? '')
}

function loadPolicy(dir: string, id: string, version: string): Policy {
  const file = `${id}/${version}/policy.json`
  const policy = parsePolicy(read(dir, file), file)
  if (policy.id !== id || String(policy.version) !== version)
    throw refuse('policy_invalid', file, { reason: 'folder' })
  return {
    id: policy.id,
    version: policy.version,
    effective: policy.effective,
    effectiveAt: startOfDay(policy.effective),
    documents: policy.documents.map((document) =>
      loadDocument(dir, `${id}/${version}/${document.file}`, document),
    ),
    digest: policyDigest(policy),
  }
}

function parsePolicy(bytes: Uint8Array, file: string): PolicyFile {
  try {
    return policyFile.parse(parseJsonObject(bytes))
  } catch (cause) {
    const reason = isRefusal(cause)
      ? cause.code
      : cause instanceof z.ZodError
        ? cause.issues[0]?.path.join('.')
        : ''
    throw refuse('policy_invalid', file, { reason: reason ?? '', cause })
  }
}

function loadDocument(dir: string, file: string, expected: PolicyFile['documents'][number]): PolicyDocument {
  const bytes = read(dir, file)
  const digest = sha256(bytes)
  if (digest !== expected.digest) throw refuse('policy_text_changed', file, { digest })
  const { part, lang, title } = expected
  return { ...(part && { part }), lang, title, text: bytes.toString('utf8'), digest }
}

function read(dir: string, file: string): Buffer {
  let bytes: Buffer
  try {
    bytes = readFileSync(join(dir, file))
  } catch (cause) {
    throw refuse('policy_unreadable', file, { reason: 'no_file', cause })
  }
  if (bytes.length > MAX_BYTES) throw refuse('policy_unreadable', file, { reason: 'too_large' })
  return bytes
}

function folders(dir: string, name: string): readonly string[] {
  const pattern = name === '.' ? ID : VERSION
  try {
    const found = readdirSync(dir, { withFileTypes: true }).filter((entry) => entry.isDirectory())
    return found.map((entry) => entry.name).filter((folder) => pattern.test(folder))
  } catch (cause) {
    throw refuse('policy_unreadable', name, { reason: 'no_folder', cause })
  }
}

/** `sha-256:` and the base64url SHA-256 of a content: how this network names what was signed. */
export const sha256 = (content: string | Uint8Array): string =>
  `sha-256:${createHash('sha256').update(content).digest('base64url')}`

/** Midnight in Amsterdam at the start of a day: `endOfDay` of the day before, and one millisecond. */
export function startOfDay(day: string): number {
  const before = new Date(Date.parse(`${day}T00:00:00Z`) - 86_400_000)
  return endOfDay(before.toISOString().slice(0, 10)) + 1
}

function refuse(
  code: 'policy_unreadable' | 'policy_invalid' | 'policy_text_changed',
  file: string,
  { cause, ...params }: { reason?: string; digest?: string; cause?: unknown },
): Refusal {
  return new Refusal('invalid', code, `the policy file ${file} cannot be used`, {
    params: { file, ...params },
    cause,
  })
}
