import { z } from 'zod'
import {
  type AnyOperation,
  type Did,
  isDid,
  isoTime,
  isoTimeOrNull,
  operation,
  requireUser,
} from '../../core/index.ts'
import type {
  Credentials,
  CredentialTypes,
  HeldCredentialRow,
  VerifyCredential,
  VerifyW3cToken,
} from '../../credentials/index.ts'
import type { Parties, Party } from '../../parties/index.ts'
import { SD_JWT_VC_TYP } from '../../sd-jwt/index.ts'
import { type Store, select } from '../../store/index.ts'
import { walletIssuanceTable } from './tables.ts'

export interface HeldOperationsDeps {
  readonly store: Store
  readonly parties: Pick<Parties, 'organisation' | 'require'>
  readonly credentials: Pick<Credentials, 'listHeld' | 'open' | 'claims'>
  readonly types: CredentialTypes
  readonly verify: VerifyCredential
  readonly verifyW3c: VerifyW3cToken
  /** What the network calls an issuer; null where it does not know it. */
  readonly nameOf: (did: Did) => Promise<string | null>
}

const standings = ['valid', 'suspended', 'ended', 'unknown'] as const
type Standing = (typeof standings)[number]

const inLanguages = z.object({ nl: z.string(), en: z.string() })

const heldOutput = z.object({
  id: z.string(),
  for: z.enum(['me', 'organisation']),
  type: z.string().describe('its name where we know the type, else its address'),
  title: inLanguages.nullable().describe('what people call the type'),
  issuer: z.object({
    id: z.string(),
    name: z.string().nullable().describe('as the network knows it'),
    is_holder: z.boolean().describe('whoever holds it says it of herself'),
  }),
  claims: z
    .array(z.object({ name: z.string(), title: inLanguages.nullable() }))
    .describe('what it says, never the values'),
  issued_at: z.iso.datetime(),
  expires_at: z.iso.datetime().nullable(),
  standing: z.enum(standings).describe('as its issuer says now; unknown where it does not answer'),
  removable: z.boolean().describe('whether wallet.remove sets it aside'),
})

/** What somebody holds, of whom she has it, and whether it still holds. */
export function heldOperations(deps: HeldOperationsDeps): AnyOperation[] {
  const { store, parties, credentials } = deps
  return [
    operation({
      name: 'wallet.list',
      summary:
        'The credentials you hold, and those of the company where you decide about it: who gave them, and whether they hold',
      method: 'GET',
      path: '/wallet/credentials',
      input: z.strictObject({}),
      output: z.object({ items: z.array(heldOutput) }),
      allow: { users: ['signed_in'] },
      run: async (_input, { caller }) => {
        const { personId, roles } = requireUser(caller)
        const holders = [
          await parties.require(personId),
          ...(roles.includes('administrator') ? [await parties.organisation()] : []),
        ]
        const removable = await fromOutside(store, holders)
        const items = await Promise.all(
          holders.map(async (holder) => {
            const held = await credentials.listHeld(store.reader, holder.id)
            const current = held.filter(({ state }) => state === 'current')
            return Promise.all(current.map((row) => describe(deps, row, holder, removable)))
          }),
        )
        return { items: items.flat() }
      },
    }),
  ]
}

async function describe(
  { credentials, types, nameOf, ...deps }: HeldOperationsDeps,
  row: HeldCredentialRow,
  holder: Party,
  removable: ReadonlySet<string>,
): Promise<z.input<typeof heldOutput>> {
  const type = types.find(row.vct)
  const own = type && new Set(type.metadata.claims.map(({ path }) => path[0]))
  const names = Object.keys(await credentials.claims(row)).filter((name) => !own || own.has(name))
  return {
    id: row.id,
    for: holder.kind === 'organisation' ? 'organisation' : 'me',
    type: type?.name ?? row.vct,
    title: type ? { nl: type.displayName('nl'), en: type.displayName('en') } : null,
    issuer: {
      id: row.issuer,
      name: isDid(row.issuer) ? await nameOf(row.issuer) : null,
      is_holder: row.issuer === holder.did,
    },
    claims: names.map((name) => ({
      name,
      title: type?.findClaim([name]) ? { nl: type.label([name], 'nl'), en: type.label([name], 'en') } : null,
    })),
    issued_at: isoTime(row.issuedAt),
    expires_at: isoTimeOrNull(row.expiresAt),
    standing: await standingOf(deps, row, await credentials.open(row)),
    removable: removable.has(row.id),
  }
}

/** By what its issuer says of it, as it was heard a moment ago. */
async function standingOf(
  { verify, verifyW3c }: Pick<HeldOperationsDeps, 'verify' | 'verifyW3c'>,
  { format }: HeldCredentialRow,
  compact: string,
): Promise<Standing> {
  const { checks } = await (format === SD_JWT_VC_TYP ? verify : verifyW3c)(compact, {
    keyBinding: 'optional',
  })
  const failed = checks.find(({ ok }) => !ok)
  if (!failed) return 'valid'
  if (failed.code === 'status_suspended') return 'suspended'
  return failed.code === 'status_invalid' || failed.check === 'times' ? 'ended' : 'unknown'
}

/** Ids of those that came from an issuer outside the network. */
async function fromOutside(store: Store, holders: readonly Party[]): Promise<ReadonlySet<string>> {
  const places = holders.map(() => '?').join(', ')
  const condition = `holder_party IN (${places}) AND state <> 'ended'`
  const found = await select(
    store.reader,
    walletIssuanceTable,
    condition,
    holders.map(({ id }) => id),
  )
  return new Set(found.flatMap(({ credentialIds }) => credentialIds))
}
