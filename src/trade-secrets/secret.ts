import canonicalize from 'canonicalize'
import { z } from 'zod'
import { byteLength, isPlainText, Refusal, type Role, roles, type UserCaller } from '../core/index.ts'

const line = (max: number) => z.string().trim().min(1).max(max).refine(isPlainText)

/** What is registered of a secret: it lies sealed, and is what the digest is of. */
export const registeredSchema = z.strictObject({
  title: line(200),
  description: line(20_000).describe('what the secret is'),
  /** Article 1 of the act: it has a value because it is secret. */
  value: z
    .strictObject({
      amount: z.int().min(0).max(1_000_000_000_000).describe('whole euros, an estimate'),
      why: line(1000).describe('why it is worth that as long as it is secret'),
    })
    .optional(),
  measures: z.array(line(500)).min(1).max(30).describe('what is done to keep it secret'),
})
export type Registered = z.infer<typeof registeredSchema>

/** Who of our own people needs to know: persons by the id of their party, roles by name. */
export interface NeedToKnow {
  readonly persons: readonly string[]
  readonly roles: readonly Role[]
}

export const ownRole = z.enum(roles)

/** The text that a registered digest is of (RFC 8785): with the salt nobody can guess the secret from its digest. */
export function registeredText(salt: string, said: Registered): string {
  const text = canonicalize({ salt, secret: said })
  if (text === undefined) throw new Error('a registered secret is JSON')
  return text
}

/**
 * Whether somebody of ours sees a secret. Who keeps the register does, and its owner; for anybody else who does not need
 * to know, it is not there.
 */
export const maySee = (
  { personId, roles: held }: Pick<UserCaller, 'personId' | 'roles'>,
  { ownerParty, needToKnow }: { readonly ownerParty: string; readonly needToKnow: NeedToKnow },
): boolean =>
  held.includes('administrator') ||
  ownerParty === personId ||
  needToKnow.persons.includes(personId) ||
  needToKnow.roles.some((role) => held.includes(role))

/** @throws Refusal `trade_secret_too_long` */
export function requireSound(said: Registered): Registered {
  if (byteLength(JSON.stringify(said)) <= 40_000) return said
  throw new Refusal(
    'too_large',
    'trade_secret_too_long',
    'this says more than a register takes: attach a document',
  )
}
