import { z } from 'zod'
import type { Audit } from '../../audit/index.ts'
import { type Caller, type Clock, type Did, newId, Refusal, type UserCaller } from '../../core/index.ts'
import { change, IsNull, insertAll, type Store, type Tx } from '../../store/index.ts'
import type { Vault } from '../../vault/index.ts'
import type { CaseFiles } from '../case/case-files.ts'
import { alreadyDecided, isClosed } from '../case/case-state.ts'
import { scopeOf } from '../case/seals.ts'
import { representationType } from '../messages.ts'
import type { VerifiedApplication } from '../verify-messages.ts'
import { type RepresentativeFacts, sameName } from './checklist.ts'
import { evidenceTable, type RepresentativeRow, representativeTable } from './evidence-table.ts'

const line = (max: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(max)
    .regex(/^\P{Cc}*$/u, 'one line')

/** A representative as the certified extract lists her. */
export const listedSchema = z.strictObject({
  name: line(200),
  representation_type: representationType,
  position: line(100).optional().describe('such as bestuurder or gevolmachtigde'),
  scope: line(500).optional().describe('limited authority: what it is for'),
  limit_eur: z.coerce
    .number()
    .int()
    .min(0)
    .max(1e12)
    .optional()
    .describe('limited authority: up to this amount'),
})
export type Listed = z.output<typeof listedSchema>

/** What is sealed of her; where to reach her node, once she accepted. */
export interface RepresentativeSaid extends Listed {
  readonly wallet?: string
  /** The name under which she accepted, where it is written otherwise than in the extract. */
  readonly accepted_as?: string
}

export interface Representative extends RepresentativeFacts {
  readonly row: RepresentativeRow
  readonly said: RepresentativeSaid
  /** As she signed it. */
  readonly acceptance: string | null
}

export interface RepresentativesDeps {
  readonly store: Store
  readonly vault: Vault
  readonly clock: Clock
  readonly audit: Audit
  readonly caseFiles: CaseFiles
}

/** More than any extract lists. */
const MAX_LISTED = 50
const saidPlace = (id: string) => `case_representative:${id}:sealed`
const acceptancePlace = (id: string) => `case_representative:${id}:acceptance`

/** Who may represent the organisation of a case, and who of them accepted. */
export class Representatives {
  readonly #deps: RepresentativesDeps

  constructor(deps: RepresentativesDeps) {
    this.#deps = deps
  }

  /** In the order in which they became known. */
  async of(caseId: string): Promise<Representative[]> {
    const { store } = this.#deps
    const rows = await store.current().find(representativeTable, { where: { caseId }, order: { id: 'ASC' } })
    return Promise.all(rows.map((row) => this.#open(row)))
  }

  /**
   * Lists a representative as the certified extract does. Who accepted under the same name is she.
   * @throws Refusal `registration_…`, `too_many_representatives`, `case_changed_meanwhile`
   */
  async list(caller: UserCaller, caseId: string, listed: Listed): Promise<void> {
    const { store, vault, caseFiles, audit } = this.#deps
    const file = await caseFiles.require(caseId)
    if (isClosed(file.state)) throw alreadyDecided(file.state)
    await store.transact(async (tx) => {
      await caseFiles.touch(tx, file, { proposedBy: null })
      const all = await this.of(caseId)
      if (all.length >= MAX_LISTED)
        throw new Refusal('conflict', 'too_many_representatives', 'no extract lists so many')
      const herself = all.find(
        ({ source, said }) => source === 'applicant' && sameName(said.name, listed.name),
      )
      const id = herself?.id ?? newId()
      const { wallet } = herself?.said ?? {}
      const said: RepresentativeSaid = { ...listed, ...(wallet && { wallet }) }
      const sealed = await vault.seal(scopeOf(caseId), saidPlace(id), JSON.stringify(said))
      const limited = listed.scope !== undefined || listed.limit_eur !== undefined ? 1 : 0
      const facts = {
        source: 'extract',
        sealed,
        representationType: listed.representation_type,
        limited,
      } as const
      if (herself) await change(tx, representativeTable, { id }, facts)
      else await insertAll(tx, representativeTable, [{ ...fresh(id, caseId), ...facts }])
      await audit.record(tx, caller, 'registration.representative_listed', {
        case: caseId,
        representative: id,
      })
    })
  }

  /** Takes one off the list who was listed by mistake. @throws Refusal `registration_…`, `representative_unknown` */
  async unlist(caller: UserCaller, caseId: string, id: string): Promise<void> {
    const { store, caseFiles, audit } = this.#deps
    const file = await caseFiles.require(caseId)
    if (isClosed(file.state)) throw alreadyDecided(file.state)
    await store.transact(async (tx) => {
      await caseFiles.touch(tx, file, { proposedBy: null })
      const found = await tx.findOneBy(representativeTable, { id, caseId })
      if (!found) throw unknownRepresentative()
      // Who accepted stays, as who says so herself.
      if (found.did) await change(tx, representativeTable, { id }, { source: 'applicant' })
      else await tx.delete(representativeTable, { id })
      await audit.record(tx, caller, 'registration.representative_unlisted', {
        case: caseId,
        representative: id,
      })
    })
  }

  /**
   * Takes in who accepted for the organisation. One the extract lists under that name is she; whether it is really
   * she has to be checked then, also where it was before.
   */
  async accepted(
    tx: Tx,
    caller: Caller,
    caseId: string,
    { payload, acceptance }: VerifiedApplication,
  ): Promise<void> {
    const { vault, clock, audit } = this.#deps
    const { did, name, representation_type: type, wallet } = payload.representative
    const all = await this.of(caseId)
    if (all.some(({ row }) => row.did === did)) return
    const listed = all.find(({ row, said }) => row.did === null && sameName(said.name, name))
    const id = listed?.id ?? newId()
    const said: RepresentativeSaid = {
      ...(listed?.said ?? { name, representation_type: type }),
      ...(wallet && { wallet }),
      ...(listed && listed.said.name !== name && { accepted_as: name }),
    }
    const scope = scopeOf(caseId)
    const set = {
      did,
      acceptedAt: clock.now(),
      acceptanceDigest: acceptance.digest,
      acceptance: await vault.seal(scope, acceptancePlace(id), acceptance.compact),
      sealed: await vault.seal(scope, saidPlace(id), JSON.stringify(said)),
    }
    if (listed) await change(tx, representativeTable, { id, did: IsNull() }, set)
    else
      await insertAll(tx, representativeTable, [{ ...fresh(id, caseId), representationType: type, ...set }])
    const identity = { caseId, kind: 'identity', representativeId: id, state: 'checked' } as const
    await change(tx, evidenceTable, identity, { state: 'received' })
    await audit.record(tx, caller, 'registration.representative_accepted', {
      case: caseId,
      representative: id,
      acceptance: acceptance.digest,
    })
  }

  /** Says which credential stands for her authority. */
  async authorise(tx: Tx, id: string, authorityId: string): Promise<void> {
    await change(tx, representativeTable, { id }, { authorityId })
  }

  async #open(row: RepresentativeRow): Promise<Representative> {
    const { vault } = this.#deps
    const { id, source, representationType: type, limited, acceptedAt } = row
    const said = JSON.parse(await vault.openText(saidPlace(id), row.sealed)) as RepresentativeSaid
    const acceptance = row.acceptance && (await vault.openText(acceptancePlace(id), row.acceptance))
    const facts = {
      id,
      source,
      representationType: type,
      limited: limited === 1,
      accepted: acceptedAt !== null,
    }
    return { ...facts, row, said, acceptance }
  }
}

const fresh = (id: string, caseId: string): RepresentativeRow => ({
  ...{ id, caseId, did: null as Did | null, source: 'applicant', sealed: Buffer.alloc(0) },
  ...{ representationType: 'SOLE', limited: 0, acceptedAt: null, acceptanceDigest: null, acceptance: null },
  authorityId: null,
})

export const unknownRepresentative = () =>
  new Refusal('not_found', 'representative_unknown', 'there is no such representative in this case')
