import { BoundedMap, type Clock, type Did, isRefusal, Refusal } from '../core/index.ts'
import type { PublicJwk } from '../jose/index.ts'
import type { AnchorClient } from './anchor-client.ts'
import { MAX_LOOKUPS, type RegistryLookup } from './registry.ts'
import { ANSWER_PATH, ANSWER_TYP, type RegistryQuestion, verifyAnswer } from './registry-answer.ts'
import type { RegistryEntry } from './tables.ts'
import type { AnchorSource } from './trust-anchor.ts'

export interface RegistryClientDeps {
  readonly client: AnchorClient
  readonly clock: Clock
  /** Who must have signed. */
  readonly anchor: Pick<AnchorSource, 'require'>
  /** The key a DID lists now; refuses others. */
  readonly requireKey: (kid: string, purpose: 'assertionMethod') => Promise<PublicJwk>
}

export interface RegistryClient extends RegistryLookup {
  /** Every next question goes to the trust anchor: when it tells that somebody came in, or was suspended. */
  forgetAll(): void
}

const MAX_AGE_MS = 60_000
/** Who is not there may be a moment later: a partner that was just registered. */
const ABSENT_MAX_AGE_MS = 5_000
const MAX_CACHED = 5_000
/** How long a question waits for others of the same moment. */
const GATHER_MS = 2
/** A longer DID travels alone, so that every server takes the address. */
const MAX_DID_CHARS = 200

type Answer = { readonly entry: RegistryEntry | null; readonly asOf: number }

/** The trust anchor's registry from elsewhere: answers that it signed, at most a minute old, and none when it cannot be asked. */
export function createRegistryClient(deps: RegistryClientDeps): RegistryClient {
  let cache = new BoundedMap<Answer>(MAX_CACHED)
  const asking = new Map<string, Promise<Answer>>()
  const ask = createAsk(deps)
  const byDid = together(ask)

  const lookUp = async (key: string, lookedUp: () => Promise<Said>): Promise<RegistryEntry | null> => {
    const cached = cache.get(key)
    if (cached && isUsable(cached, deps.clock.now())) return cached.entry
    const underWay = asking.get(key)
    if (underWay) return (await underWay).entry
    const asOf = deps.clock.now()
    const answer = lookedUp().then(({ entry, saidAt }) => {
      // An answer that was held back on its way is as old as it says. Of who is absent, too old is no danger.
      const found = { entry, asOf: entry ? Math.min(asOf, saidAt) : asOf }
      // What was forgotten meanwhile may be of before the change.
      if (asking.get(key) === answer) cache.set(key, found)
      return found
    })
    asking.set(key, answer)
    const done = () => {
      if (asking.get(key) === answer) asking.delete(key)
    }
    answer.then(done, done)
    return (await answer).entry
  }

  return {
    find: (did) => lookUp(did, () => byDid(did)),
    findByKvk: (kvkNumber) =>
      lookUp(`kvk ${kvkNumber}`, async () => {
        const { entries, saidAt } = await ask({ kvk: kvkNumber })
        return { entry: entries[0] ?? null, saidAt }
      }),
    forgetAll: () => {
      cache = new BoundedMap(MAX_CACHED)
      asking.clear()
    },
  }
}

const isUsable = ({ entry, asOf }: Answer, now: number): boolean =>
  now >= asOf && now < asOf + (entry ? MAX_AGE_MS : ABSENT_MAX_AGE_MS)

/** Questions of the same moment travel together: whoever tells a thousand partners something asks for each of them. */
function together(ask: Ask): (did: Did) => Promise<Said> {
  const waiting: Waiting[] = []
  const askSome = async (questions: readonly Waiting[]) => {
    const { entries, saidAt } = await ask({ dids: questions.map(({ did }) => did) })
    const found = new Map(entries.map((entry) => [entry.did, entry]))
    for (const { did, resolve } of questions) resolve({ entry: found.get(did) ?? null, saidAt })
  }
  const askAll = () => {
    while (waiting.length > 0) {
      const questions = waiting.splice(0, MAX_LOOKUPS)
      askSome(questions).catch((error: unknown) => {
        for (const { reject } of questions) reject(error)
      })
    }
  }
  return (did) =>
    new Promise((resolve, reject) => {
      if (did.length > MAX_DID_CHARS) return void askSome([{ did, resolve, reject }]).catch(reject)
      if (waiting.length === 0) setTimeout(askAll, GATHER_MS)
      waiting.push({ did, resolve, reject })
    })
}

interface Waiting {
  readonly did: Did
  readonly resolve: (said: Said) => void
  readonly reject: (error: unknown) => void
}

type Said = { readonly entry: RegistryEntry | null; readonly saidAt: number }
type Ask = (question: RegistryQuestion) => ReturnType<typeof verifyAnswer>

/** Asks the trust anchor, and believes what it signed and nothing else. @throws Refusal `registry_unreachable` */
const createAsk =
  ({ client, clock, anchor, requireKey }: RegistryClientDeps): Ask =>
  async (question) => {
    try {
      const [name, value] = 'kvk' in question ? ['kvk', question.kvk] : ['dids', question.dids.join(',')]
      const path = `${ANSWER_PATH}?${name}=${encodeURIComponent(value)}`
      const { did: issuer } = await anchor.require()
      const token = await client.getToken(path, ANSWER_TYP)
      return await verifyAnswer(token, { issuer, question, requireKey, now: clock.now() })
    } catch (cause) {
      if (!isRefusal(cause)) throw cause
      throw new Refusal(
        'unavailable',
        'registry_unreachable',
        'the registry of the trust anchor does not answer what it was asked',
        { cause, params: { reason: cause.code } },
      )
    }
  }
