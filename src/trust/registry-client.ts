import { z } from 'zod'
import { BoundedMap, type Clock, type Did, isRefusal, Refusal } from '../core/index.ts'
import type { AnchorClient } from './anchor-client.ts'
import { fromWire, type RegistryLookup, registryEntrySchema } from './registry.ts'
import type { RegistryEntry } from './tables.ts'

export interface RegistryClient extends RegistryLookup {
  /** The next question about this party goes to the trust anchor: when it tells that something changed. */
  forget(did: Did): void
}

const MAX_AGE_MS = 60_000
/** Who is not there may be a moment later: a partner that was just registered. */
const ABSENT_MAX_AGE_MS = 5_000
const MAX_CACHED = 5_000

type Answer = { readonly entry: RegistryEntry | null; readonly asOf: number }

/** The trust anchor's registry from elsewhere: answers at most a minute old, and none when it cannot be asked. */
export function createRegistryClient(deps: {
  readonly client: AnchorClient
  readonly clock: Clock
}): RegistryClient {
  const cache = new BoundedMap<Answer>(MAX_CACHED)
  const asking = new Map<string, Promise<Answer>>()

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
    find: (did) => lookUp(did, () => askByDid(deps.client, did)),
    findByKvk: (kvkNumber) => lookUp(`kvk ${kvkNumber}`, () => askByKvk(deps.client, kvkNumber)),
    forget: (did) => {
      asking.delete(did)
      cache.set(did, { entry: null, asOf: Number.NEGATIVE_INFINITY })
    },
  }
}

const isUsable = ({ entry, asOf }: Answer, now: number): boolean =>
  now >= asOf && now < asOf + (entry ? MAX_AGE_MS : ABSENT_MAX_AGE_MS)

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
