import { z } from 'zod'
import { BoundedMap, type Clock, type Did, isRefusal, Refusal } from '../core/index.ts'
import type { AnchorClient } from './anchor-client.ts'
import { fromWire, MAX_LOOKUPS, type RegistryLookup, registryEntrySchema } from './registry.ts'
import type { RegistryEntry } from './tables.ts'

export interface RegistryClient extends RegistryLookup {
  /** The next question about this party goes to the trust anchor: when it tells that something changed. */
  forget(did: Did): void
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

/** The trust anchor's registry from elsewhere: answers at most a minute old, and none when it cannot be asked. */
export function createRegistryClient(deps: {
  readonly client: AnchorClient
  readonly clock: Clock
}): RegistryClient {
  const cache = new BoundedMap<Answer>(MAX_CACHED)
  const asking = new Map<string, Promise<Answer>>()
  const byDid = together(deps.client)

  const lookUp = async (
    key: string,
    ask: () => Promise<RegistryEntry | null>,
  ): Promise<RegistryEntry | null> => {
    const cached = cache.get(key)
    if (cached && isUsable(cached, deps.clock.now())) return cached.entry
    const underWay = asking.get(key)
    if (underWay) return (await underWay).entry
    const asOf = deps.clock.now()
    const answer = ask().then((entry) => {
      const found = { entry, asOf }
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
    findByKvk: (kvkNumber) => lookUp(`kvk ${kvkNumber}`, () => askByKvk(deps.client, kvkNumber)),
    forget: (did) => {
      asking.delete(did)
      cache.set(did, { entry: null, asOf: Number.NEGATIVE_INFINITY })
    },
  }
}

const isUsable = ({ entry, asOf }: Answer, now: number): boolean =>
  now >= asOf && now < asOf + (entry ? MAX_AGE_MS : ABSENT_MAX_AGE_MS)

interface Question {
  readonly did: Did
  readonly resolve: (entry: RegistryEntry | null) => void
  readonly reject: (error: unknown) => void
}

/** Questions of the same moment travel together: whoever tells a thousand partners something asks for each of them. */
function together(client: AnchorClient): (did: Did) => Promise<RegistryEntry | null> {
  const waiting: Question[] = []
  const askSome = (questions: readonly Question[]) => {
    const [only] = questions
    if (only && questions.length === 1) return askByDid(client, only.did).then(only.resolve, only.reject)
    return askByDids(client, questions).catch((error: unknown) => {
      for (const { reject } of questions) reject(error)
    })
  }
  const askAll = () => {
    while (waiting.length > 0) void askSome(waiting.splice(0, MAX_LOOKUPS))
  }
  return (did) => {
    if (did.length > MAX_DID_CHARS) return askByDid(client, did)
    return new Promise((resolve, reject) => {
      if (waiting.length === 0) setTimeout(askAll, GATHER_MS)
      waiting.push({ did, resolve, reject })
    })
  }
}

const foundMany = z.object({ items: z.array(registryEntrySchema).max(MAX_LOOKUPS) })

async function askByDids(client: AnchorClient, questions: readonly Question[]): Promise<void> {
  try {
    const dids = encodeURIComponent(questions.map(({ did }) => did).join(','))
    const { items } = parse(foundMany, await client.get(`/api/v1/registry/parties?dids=${dids}`))
    const entries = new Map(items.map((entry) => [entry.did, fromWire(entry)]))
    for (const { did, resolve } of questions) resolve(entries.get(did) ?? null)
  } catch (error) {
    throw asUnreachable(error)
  }
}

async function askByDid(client: AnchorClient, did: Did): Promise<RegistryEntry | null> {
  try {
    const entry = parse(
      registryEntrySchema,
      await client.get(`/api/v1/registry/parties/${encodeURIComponent(did)}`),
    )
    if (entry.did !== did) throw malformed()
    return fromWire(entry)
  } catch (error) {
    if (isRefusal(error, 'party_not_registered')) return null
    throw asUnreachable(error)
  }
}

const found = z.object({ items: z.array(registryEntrySchema).max(1) })

async function askByKvk(client: AnchorClient, kvkNumber: string): Promise<RegistryEntry | null> {
  try {
    const { items } = parse(
      found,
      await client.get(`/api/v1/registry/parties?kvk=${encodeURIComponent(kvkNumber)}`),
    )
    const [entry] = items
    if (entry && entry.kvk_number !== kvkNumber) throw malformed()
    return entry ? fromWire(entry) : null
  } catch (error) {
    throw asUnreachable(error)
  }
}

function parse<S extends z.ZodType>(schema: S, json: unknown): z.output<S> {
  const parsed = schema.safeParse(json)
  if (!parsed.success) throw malformed()
  return parsed.data
}

const malformed = () =>
  new Refusal('unavailable', 'registry_unreachable', 'the registry does not answer what it was asked')

const asUnreachable = (cause: unknown): unknown =>
  isRefusal(cause)
    ? new Refusal('unavailable', 'registry_unreachable', 'the registry of the trust anchor does not answer', {
        cause,
      })
    : cause
