import canonicalize from 'canonicalize'
import { z } from 'zod'
import { type Did, isDid, isoTime, registryRoles } from '../core/index.ts'
import { type Hash, leafHash } from '../merkle/index.ts'
import { type RegistryEvent, registryEventKinds, registryStates } from '../trust/index.ts'

/** How an organisation stood in the registry from a moment on. */
export const standingSchema = z.strictObject({
  version: z.int().min(1),
  at: z.iso.datetime(),
  event: z.enum(registryEventKinds),
  name: z.string().max(200),
  kvk_number: z
    .string()
    .regex(/^\d{8}$/)
    .nullable(),
  wallet: z.string().max(2_048),
  roles: z.array(z.enum(registryRoles)).max(20),
  state: z.enum(registryStates),
  attestation: z.string().max(100),
  registration: z.string().max(100),
})
export type Standing = z.output<typeof standingSchema>

/**
 * All that ever happened to one organisation in the registry, oldest first: one leaf of the tree. As it is whole, it also
 * shows what did not happen.
 */
export const partyHistorySchema = z.strictObject({
  did: z.string().refine(isDid),
  history: z.array(standingSchema).min(1).max(10_000),
})
export type PartyHistory = z.output<typeof partyHistorySchema>

/** @param events of one organisation, oldest first */
export const historyOf = (did: Did, events: readonly RegistryEvent[]): PartyHistory => ({
  did,
  history: events.map((event) => ({
    version: event.version,
    at: isoTime(event.at),
    event: event.event,
    name: event.name,
    kvk_number: event.kvkNumber,
    wallet: event.wallet,
    roles: [...event.roles],
    state: event.state,
    attestation: event.attestationId,
    registration: event.registrationId,
  })),
})

/** What stands for it in the tree: the hash of its canonical JSON (RFC 8785). */
export const leafOf = (history: PartyHistory): Hash =>
  leafHash(Buffer.from(canonicalize(history) ?? '', 'utf8'))

/** How it stood at a moment, in ms since the epoch; null before it was there. */
export const standingAt = ({ history }: PartyHistory, at: number): Standing | null =>
  history.findLast((standing) => Date.parse(standing.at) <= at) ?? null

/** Whether a later history only says more than an earlier one: nobody wrote it over. */
export const goesOnFrom = (later: PartyHistory, earlier: PartyHistory): boolean =>
  later.did === earlier.did &&
  earlier.history.length <= later.history.length &&
  earlier.history.every((standing, at) => canonicalize(standing) === canonicalize(later.history[at]))
