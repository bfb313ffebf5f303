import { Resolver } from 'node:dns/promises'
import { Refusal } from '../core/index.ts'

const TIMEOUT_MS = 3_000
const TRIES = 2
/** More than any domain publishes for what concerns us. */
const MAX_TEXTS = 100
const NOTHING_THERE = new Set(['ENOTFOUND', 'ENODATA'])

/**
 * The texts published under a name, by the resolvers of this machine, each joined (RFC 1035, 3.3.14); none where the
 * name is not there.
 * @throws Refusal `dns_unreachable`
 */
export async function lookupTxt(name: string): Promise<readonly string[]> {
  const resolver = new Resolver({ timeout: TIMEOUT_MS, tries: TRIES })
  try {
    const texts = await resolver.resolveTxt(name)
    return texts.slice(0, MAX_TEXTS).map((parts) => parts.join(''))
  } catch (cause) {
    if (NOTHING_THERE.has((cause as NodeJS.ErrnoException).code ?? '')) return []
    throw new Refusal('unavailable', 'dns_unreachable', 'the domain name system did not answer', { cause })
  }
}
