import type { Audit } from '../audit/index.ts'
import { type Caller, type Clock, newId, Refusal, requireVersion } from '../core/index.ts'
import { change, rows, type Store, type Tx } from '../store/index.ts'
import { type QuestionRow, questionTable } from './case-tables.ts'
import type { Question } from './question.ts'

export interface QuestionsDeps {
  readonly store: Store
  readonly audit: Audit
  readonly clock: Clock
}

/** What a question says, without its name and version. */
export type QuestionContent = Omit<Question, 'code' | 'version'>

/** More kinds of question than this are no catalogue that somebody reads. */
const MAX_QUESTIONS = 200

/** The kinds of question this organisation answers, and the least it needs to know for each. */
export class Questions {
  readonly #deps: QuestionsDeps

  constructor(deps: QuestionsDeps) {
    this.#deps = deps
  }

  /** @throws Refusal `question_exists`, `too_many_questions` */
  async add(caller: Caller, code: string, content: QuestionContent): Promise<Question> {
    const { store, audit } = this.#deps
    return store.transact(async (tx) => {
      if ((await tx.countBy(questionTable, { state: 'current' })) >= MAX_QUESTIONS)
        throw new Refusal('conflict', 'too_many_questions', 'retire kinds of question nobody asks any more')
      const question = await this.#insert(tx, { code, version: 1, ...content })
      await audit.record(tx, caller, 'question.added', { question: code })
      return question
    })
  }

  /**
   * Makes the next version of a question; a case keeps the one it was opened with.
   * @param seen the version the caller looked at, where it says so
   * @throws Refusal `question_unknown`, `question_retired`, `changed_meanwhile`
   */
  async change(
    caller: Caller,
    code: string,
    changes: Partial<QuestionContent>,
    seen?: number,
  ): Promise<Question> {
    const { store, audit } = this.#deps
    return store.transact(async (tx) => {
      const current = await this.require(code, tx)
      requireVersion(seen, current.version)
      const was = { code, version: current.version, state: 'current' as const }
      if ((await change(tx, questionTable, was, { state: 'superseded' })) !== 1) throw changedMeanwhile()
      const next = { ...current, ...changes, version: current.version + 1 }
      const question = await this.#insert(tx, next)
      await audit.record(tx, caller, 'question.changed', { question: code, version: next.version })
      return question
    })
  }

  /** No case is opened for it any more; those that are open go on. @throws Refusal as {@link change} */
  async retire(caller: Caller, code: string, seen?: number): Promise<Question> {
    const { store, audit } = this.#deps
    return store.transact(async (tx) => {
      const question = await this.require(code, tx)
      requireVersion(seen, question.version)
      const was = { code, version: question.version, state: 'current' as const }
      if ((await change(tx, questionTable, was, { state: 'retired' })) !== 1) throw changedMeanwhile()
      await audit.record(tx, caller, 'question.retired', { question: code })
      return question
    })
  }

  /** What is asked now, by code. */
  async current(): Promise<Question[]> {
    return (await this.list()).flatMap(({ state, content }) => (state === 'current' ? [content] : []))
  }

  /** The newest version of each question, by code; retired ones too. */
  async list(): Promise<QuestionRow[]> {
    const found = await this.#deps.store.reader.find(questionTable, {
      where: [{ state: 'current' }, { state: 'retired' }],
      order: { code: 'ASC' },
    })
    return found
  }

  /** As it is asked now. @throws Refusal `question_unknown`, `question_retired` */
  async require(code: string, reader: Pick<Tx, 'find'> = this.#deps.store.reader): Promise<Question> {
    const [newest] = await reader.find(questionTable, {
      where: { code },
      order: { version: 'DESC' },
      take: 1,
    })
    if (!newest) throw new Refusal('not_found', 'question_unknown', 'there is no such kind of question')
    if (newest.state === 'retired')
      throw new Refusal('conflict', 'question_retired', 'this kind of question is not asked any more')
    return newest.content
  }

  /** A version that we published, while the question is still asked; else null. */
  async findVersion(code: string, version: number): Promise<Question | null> {
    const found = await this.#deps.store.reader.findBy(questionTable, { code })
    if (found.some(({ state }) => state === 'retired')) return null
    return found.find((row) => row.version === version)?.content ?? null
  }

  async #insert(tx: Tx, question: Question): Promise<Question> {
    const inserted = await rows(
      tx,
      `INSERT INTO question (id, code, version, content, state, created_at) VALUES (?, ?, ?, ?, 'current', ?)
       ON CONFLICT (code, version) DO NOTHING RETURNING id`,
      [newId(), question.code, question.version, JSON.stringify(question), this.#deps.clock.now()],
    )
    if (inserted.length === 0)
      throw question.version === 1
        ? new Refusal('conflict', 'question_exists', 'there is, or was, a question with this code')
        : changedMeanwhile()
    return question
  }
}

const changedMeanwhile = () =>
  new Refusal('conflict', 'changed_meanwhile', 'somebody changed this question at the same moment')
