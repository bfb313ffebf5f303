import { type Did, Refusal } from '../core/index.ts'
import { change, type Reader, type Store, select, type Tx } from '../store/index.ts'
import type { Vault, WrittenColumn } from '../vault/index.ts'
import type { Side, Standing } from './life.ts'
import type { OneSigned, SignedBy } from './signed.ts'
import {
  type AgreementRow,
  type AgreementStepRow,
  type AgreementTextRow,
  agreementStepTable,
  agreementTable,
  agreementTextTable,
} from './tables.ts'
import type { Terms } from './terms.ts'

export interface AgreementFilesDeps {
  readonly store: Store
  readonly vault: Vault
}

/** A proposed text with who proposed it and why. */
export interface ProposedText {
  readonly terms: Terms
  readonly by: string
  readonly why: string | null
}

/** What was said with a step, and by whom. */
export interface Said {
  readonly by: string
  readonly text: string | null
}

/** What some of those who must sign together signed. */
export interface SignedPart {
  readonly version: number
  readonly by: readonly {
    readonly personId: string
    readonly person: Did
    readonly name: string
    readonly signed: OneSigned
  }[]
}

const place = (id: string, column: string) => `agreement:${id}:${column}`

/** What our people, and a partner's, said with each step: where somebody was named who is erased, she is blotted out. */
export const agreementRemarks: WrittenColumn = {
  ...{ kind: 'other_texts', table: 'agreement_step', key: 'id', column: 'sealed', form: 'json' },
  ...{ place: (id: string) => place(id, 'step'), scopeColumn: 'agreement_id' },
}

/** The agreements of this node, their texts and steps; what is in them lies under a key of each agreement. */
export class AgreementFiles {
  readonly #deps: AgreementFilesDeps

  constructor(deps: AgreementFilesDeps) {
    this.#deps = deps
  }

  get reader(): Reader {
    return this.#deps.store.reader
  }

  async find(reader: Reader, id: string): Promise<AgreementRow | null> {
    return reader.findOneBy(agreementTable, { id })
  }

  /** As it is until the transaction ends. On SQLite writers wait for each other anyway. */
  async hold(tx: Tx, id: string): Promise<AgreementRow | null> {
    const lock = this.#deps.store.engine === 'postgres' ? ' FOR UPDATE' : ''
    const [row] = await select(tx, agreementTable, `id = ?${lock}`, [id])
    return row ?? null
  }

  async open(tx: Tx, row: AgreementRow): Promise<void> {
    await this.#deps.vault.createKey(tx, row.id)
    await tx.insert(agreementTable, row)
  }

  /** Changes it once: who found it as it was before finds that it changed. @throws Refusal `changed_meanwhile` */
  async save(tx: Tx, row: AgreementRow, set: Partial<AgreementRow>, now: number): Promise<AgreementRow> {
    const changed = { ...set, revision: row.revision + 1, changedAt: now }
    if ((await change(tx, agreementTable, { id: row.id, revision: row.revision }, changed)) !== 1)
      throw new Refusal('conflict', 'changed_meanwhile', 'somebody changed this in the meantime')
    return { ...row, ...changed }
  }

  async addText(tx: Tx, text: Omit<AgreementTextRow, 'sealed'>, said: ProposedText): Promise<void> {
    const sealed = await this.#seal(text.agreementId, place(text.id, 'text'), said)
    await tx.insert(agreementTextTable, { ...text, sealed })
  }

  /** The text that counts as this version: the newest of them, since a crossed one is told again by who began. */
  async text(reader: Reader, row: AgreementRow, version: number): Promise<AgreementTextRow | null> {
    const found = await reader.findBy(agreementTextTable, { agreementId: row.id, version })
    return found.find(({ proposedBy }) => proposedBy === row.startedBy) ?? found[0] ?? null
  }

  texts(reader: Reader, agreementId: string): Promise<AgreementTextRow[]> {
    return reader.find(agreementTextTable, { where: { agreementId }, order: { version: 'ASC', id: 'ASC' } })
  }

  async openText({ id, sealed }: AgreementTextRow): Promise<ProposedText> {
    return JSON.parse(await this.#deps.vault.openText(place(id, 'text'), sealed))
  }

  async addStep(tx: Tx, step: Omit<AgreementStepRow, 'sealed' | 'refused'>, said: Said): Promise<void> {
    const sealed = await this.#seal(step.agreementId, place(step.id, 'step'), said)
    await tx.insert(agreementStepTable, { ...step, sealed, refused: null })
  }

  async steps(agreementId: string): Promise<(AgreementStepRow & { said: Said })[]> {
    const found = await this.reader.find(agreementStepTable, { where: { agreementId }, order: { id: 'ASC' } })
    return Promise.all(
      found.map(async (row) => ({
        ...row,
        said: JSON.parse(await this.#deps.vault.openText(place(row.id, 'step'), row.sealed)) as Said,
      })),
    )
  }

  /** The other node will never take it. */
  async refused(id: string, code: string): Promise<void> {
    await this.#deps.store.transact((tx) => change(tx, agreementStepTable, { id }, { refused: code }))
  }

  sealSignature(id: string, side: Side, signed: SignedBy): Promise<Buffer> {
    return this.#seal(id, place(id, `signature_${side}`), signed)
  }

  async openSignature({ id, ...row }: AgreementRow, side: Side): Promise<SignedBy | null> {
    const sealed = side === 'us' ? row.ourSignature : row.theirSignature
    return sealed && JSON.parse(await this.#deps.vault.openText(place(id, `signature_${side}`), sealed))
  }

  sealPart(id: string, part: SignedPart): Promise<Buffer> {
    return this.#seal(id, place(id, 'part'), part)
  }

  /** Who of ours signed this version so far; null where nobody did. */
  async openPart({ id, version, ourPart }: AgreementRow): Promise<SignedPart | null> {
    if (!ourPart) return null
    const part = JSON.parse(await this.#deps.vault.openText(place(id, 'part'), ourPart)) as SignedPart
    return part.version === version ? part : null
  }

  #seal(agreementId: string, at: string, value: object): Promise<Buffer> {
    return this.#deps.vault.seal(agreementId, at, JSON.stringify(value))
  }
}

/** What of a row decides what may happen next. */
export const standingOf = (row: AgreementRow): Standing => ({
  state: row.state,
  version: row.version,
  proposedBy: row.proposedBy,
  startedBy: row.startedBy,
  approved: sides(row.approvedByUs, row.approvedByThem),
  signed: sides(row.ourSignature, row.theirSignature),
})

const sides = (us: unknown, them: unknown): Side[] => [
  ...(us === null ? [] : (['us'] as const)),
  ...(them === null ? [] : (['them'] as const)),
]

/** The agreement in the words of its parties: who began first. */
export const partiesOf = (row: Pick<AgreementRow, 'startedBy' | 'partner'>, us: Did): [Did, Did] =>
  row.startedBy === 'us' ? [us, row.partner] : [row.partner, us]
