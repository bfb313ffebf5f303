import { Refusal } from './refusal.ts'

const PRINTABLE = /^[\x21-\x7e]*$/
const MAX_MEMBERS = 32

/**
 * The members of an `application/x-www-form-urlencoded` body. A member written twice has no meaning we may choose
 * (RFC 6749, section 3.2), so it is refused; one without a value counts as left out.
 * @throws Refusal `form_malformed`, `form_duplicate_member`
 */
export function parseForm(body: Uint8Array): ReadonlyMap<string, string> {
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('latin1')
  if (text === '') return new Map()
  const parts = text.split('&', MAX_MEMBERS + 1)
  if (!PRINTABLE.test(text) || parts.length > MAX_MEMBERS) throw malformed()
  const seen = new Set<string>()
  const members = new Map<string, string>()
  for (const part of parts) {
    const equals = part.indexOf('=')
    if (equals < 1) throw malformed()
    const name = decode(part.slice(0, equals))
    if (seen.has(name))
      throw new Refusal('invalid', 'form_duplicate_member', 'a member occurs twice in the form')
    seen.add(name)
    const value = decode(part.slice(equals + 1))
    if (value !== '') members.set(name, value)
  }
  return members
}

/** The body that {@link parseForm} reads. */
export const formatForm = (members: Readonly<Record<string, string>>): string =>
  new URLSearchParams(members).toString()

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    throw malformed()
  }
}

const malformed = () => new Refusal('invalid', 'form_malformed', 'this is not a form')
