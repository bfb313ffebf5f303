import { z } from 'zod'
import { type AnyOperation, type Caller, operation, Refusal, requireUser } from '../../../core/index.ts'
import type { Parties, Party } from '../../../parties/index.ts'
import {
  derivationSchema,
  MAX_FILE_CHARS,
  openWalletFile,
  readFileKey,
  readWalletFile,
  type WalletEntry,
} from '../../../wallet-file/index.ts'
import { type ExportingDeps, exportWallet, leftOutReasons } from './exporting.ts'
import { type ImportingDeps, importWallet } from './importing.ts'
import { judgeWallet, statuses, type Verdict } from './judging.ts'

export interface MovingOperationsDeps
  extends Omit<ExportingDeps, 'credentials'>,
    Omit<ImportingDeps, 'credentials'> {
  readonly credentials: ExportingDeps['credentials'] & ImportingDeps['credentials']
  readonly parties: Pick<Parties, 'organisation' | 'require'>
  readonly holderKeys: ExportingDeps['holderKeys'] & ImportingDeps['holderKeys']
  /** That she is there herself, with her key open. @throws Refusal `consent_locked` */
  readonly requireUnlocked: (caller: Caller) => Promise<void>
}

/** A file as JSON writes it, and what goes with it. */
const MAX_BODY_BYTES = MAX_FILE_CHARS + 64 * 1024

const whose = z.enum(['me', 'organisation']).default('me').describe('whose wallet')
const fileKey = z
  .string()
  .max(64)
  .meta({ format: 'password', description: '32 bytes, base64url, made of the passphrase as `kdf` says' })
const allow = { users: ['signed_in'] as const }

const item = z.object({
  type: z.string().nullable(),
  issuer: z.string().nullable(),
  outcome: z.enum(['new', 'present', 'refused']),
  code: z.string().nullable().describe('why it is refused'),
  reason: z.string().nullable().describe('what of it is wrong, where that is known'),
  status: z.enum(statuses).nullable().describe('of what is new; unknown: its list cannot be had now'),
  id: z.string().nullable(),
})

/**
 * Taking a wallet out, and bringing one. The passphrase stays where it is typed: the node gets the key that follows from
 * it, for this one file. Systems do neither: only a person can.
 */
export function movingOperations(deps: MovingOperationsDeps): AnyOperation[] {
  const { parties, requireUnlocked } = deps
  const holderOf = async (caller: Caller, who: 'me' | 'organisation'): Promise<Party> => {
    const { personId, roles } = requireUser(caller)
    if (who === 'me') return parties.require(personId)
    if (roles.includes('administrator')) return parties.organisation()
    throw new Refusal('forbidden', 'administrator_decides', 'an administrator decides for the organisation')
  }
  return [
    operation({
      name: 'wallet.exports.create',
      summary: 'Take your credentials and the keys they are bound to along, as one encrypted file',
      method: 'POST',
      path: '/wallet/exports',
      secret: true,
      input: z.strictObject({ for: whose, key: fileKey, kdf: derivationSchema }),
      output: z.object({
        file: z.string().describe('a compact JWE: docs/wallet-file.md'),
        credentials: z.int(),
        keys: z.int(),
        about_our_did: z.int().describe('how many name our DID: only a node that has it takes those'),
        left_out: z.array(z.object({ reason: z.enum(leftOutReasons), type: z.string() })),
      }),
      status: 201,
      allow,
      run: async (input, { caller }) => {
        const holder = await holderOf(caller, input.for)
        const key = { key: readFileKey(input.key), derivation: input.kdf }
        await requireUnlocked(caller)
        const { aboutOurDid, leftOut, ...taken } = await exportWallet(caller, holder, key, deps)
        return { ...taken, about_our_did: aboutOurDid, left_out: [...leftOut] }
      },
    }),
    operation({
      name: 'wallet.imports.create',
      summary: 'Bring a wallet from a file: look what is in it, or take it',
      method: 'POST',
      path: '/wallet/imports',
      secret: true,
      jsonBytes: MAX_BODY_BYTES,
      input: z.strictObject({
        for: whose,
        file: z.string().min(1),
        key: fileKey,
        apply: z.boolean().default(false).describe('take it; without this nothing is written'),
      }),
      output: z.object({
        applied: z.boolean(),
        counts: z.object({ new: z.int(), present: z.int(), refused: z.int() }),
        items: z.array(item),
      }),
      allow,
      run: async ({ for: who, file, key, apply }, { caller }) => {
        const holder = await holderOf(caller, who)
        const contents = await openWalletFile(readWalletFile(file), readFileKey(key))
        const { verdicts, ids } = apply
          ? await importWallet(caller, contents, holder, deps)
          : { verdicts: await judgeWallet(contents, holder, deps), ids: new Map<WalletEntry, string>() }
        const items = verdicts.map((one) => view(one, ids.get(one.entry) ?? null))
        return { applied: apply, counts: countsOf(items), items }
      },
    }),
  ]
}

type Item = z.input<typeof item>

function view(verdict: Verdict, id: string | null): Item {
  const { type, issuer, outcome } = verdict
  const known = { type, issuer, outcome, code: null, reason: null, status: null, id: null }
  if (verdict.outcome === 'new') return { ...known, status: verdict.status, id }
  if (verdict.outcome === 'present') return { ...known, id: verdict.id }
  const { code, params } = verdict.refusal
  return { ...known, code, reason: typeof params.reason === 'string' ? params.reason : null }
}

function countsOf(items: readonly Item[]): Readonly<Record<Item['outcome'], number>> {
  const count = (outcome: Item['outcome']) => items.filter((one) => one.outcome === outcome).length
  return { new: count('new'), present: count('present'), refused: count('refused') }
}
