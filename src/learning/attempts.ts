import type { Audit } from '../audit/index.ts'
import { type Clock, isoTime, newId, Refusal, type UserCaller } from '../core/index.ts'
import { change, LessThanOrEqual, MoreThan, Not, rows, type Store, type Tx } from '../store/index.ts'
import type { Vault } from '../vault/index.ts'
import { attemptMoves } from './attempt-state.ts'
import type { Certifying } from './certifying.ts'
import type { Course, Courses } from './courses.ts'
import { type Answers, type Drawn, draw, type Judged, judge } from './quiz.ts'
import { type AttemptRow, attemptTable, type CertificateRow } from './tables.ts'

export interface AttemptsDeps {
  readonly store: Store
  readonly vault: Vault
  readonly clock: Clock
  readonly audit: Audit
  readonly courses: Courses
  readonly certifying: Certifying
  /** A whole number from 0 up to but not including its argument, that nobody foresees. */
  readonly below: (n: number) => number
}

/** What only she may read of an attempt. */
export interface Paper {
  readonly drawn: Drawn
  readonly judged: Judged | null
}

const DAY_MS = 86_400_000
/** In its last month a certificate can be renewed. */
export const RENEW_BEFORE_MS = 30 * DAY_MS

const place = (id: string) => `training_attempt:${id}`

/** Attempts at quizzes: bounded in number and time, each answered once. */
export class Attempts {
  readonly #deps: AttemptsDeps

  constructor(deps: AttemptsDeps) {
    this.#deps = deps
  }

  /**
   * Draws questions; while an attempt is open, those of that attempt.
   * @throws Refusal `course_unknown`, `already_certified`, `too_many_attempts` with `again_at`
   */
  async start(
    caller: UserCaller,
    courseId: string,
  ): Promise<{ row: AttemptRow; paper: Paper; course: Course }> {
    const { store, vault, clock, audit, courses, certifying } = this.#deps
    const course = courses.require(courseId)
    const { personId } = caller
    const id = newId()
    const paper: Paper = { drawn: draw(course, this.#deps.below), judged: null }
    const sealed = await vault.seal(personId, place(id), JSON.stringify(paper))
    const now = clock.now()
    const row = await store.transact(async (tx) => {
      const { from, to } = attemptMoves.lapse
      await change(
        tx,
        attemptTable,
        { personId, course: course.id, state: from, endsAt: LessThanOrEqual(now) },
        { state: to, finishedAt: now },
      )
      // Of a version that gave way nothing can be judged any more.
      await change(
        tx,
        attemptTable,
        { personId, course: course.id, state: from, version: Not(course.version) },
        { state: to, finishedAt: now },
      )
      const open = await this.#open(tx, personId, course)
      if (open) return open
      const certificate = await certifying.current(tx, personId, course.id)
      if (certificate && certificate.expiresAt - RENEW_BEFORE_MS > now)
        throw new Refusal(
          'conflict',
          'already_certified',
          'you passed this course: renew it in its last month',
        )
      await this.#requireTurn(tx, personId, course, now)
      const added = await rows(
        tx,
        `INSERT INTO training_attempt (id, person_id, course, version, state, sealed, started_at, ends_at)
         VALUES (?, ?, ?, ?, 'open', ?, ?, ?) ON CONFLICT DO NOTHING RETURNING id`,
        [
          ...[id, personId, course.id, course.version, sealed.toString('base64')],
          ...[now, now + course.minutes * 60_000],
        ],
      )
      if (added.length === 1)
        await audit.record(tx, caller, 'training.started', { attempt: id, course: course.id })
      return this.#open(tx, personId, course)
    })
    // Another of her own calls began and ended one in between.
    if (!row) throw new Refusal('conflict', 'changed_meanwhile', 'somebody changed this in the meantime')
    return { row, paper: await this.paperOf(row), course }
  }

  /**
   * Judges her answers, once. Whoever passes gets her certificate in the same transaction.
   * @throws Refusal `attempt_unknown`, `attempt_over`, `course_changed`, `answers_malformed`
   */
  async answer(
    caller: UserCaller,
    id: string,
    answers: Answers,
  ): Promise<{ row: AttemptRow; judged: Judged; course: Course; certificate: CertificateRow | null }> {
    const { store, vault, clock, audit, courses, certifying } = this.#deps
    const { personId } = caller
    const before = await store.reader.findOneBy(attemptTable, { id, personId })
    if (!before) throw new Refusal('not_found', 'attempt_unknown', 'you have no such attempt')
    const course = courses.require(before.course)
    if (course.version !== before.version)
      throw new Refusal('conflict', 'course_changed', 'this course was renewed: begin again')
    const { drawn } = await this.paperOf(before)
    if (before.state !== 'open' || before.endsAt <= clock.now()) throw attemptOver()
    const judged = judge(course, drawn, answers)
    const sealed = await vault.seal(personId, place(id), JSON.stringify({ drawn, judged }))
    const { from, to } = attemptMoves[judged.passed ? 'pass' : 'fail']
    const prepared = judged.passed ? await certifying.prepare(personId) : null
    return store.transact(async (tx) => {
      const finishedAt = clock.now()
      const moved = await change(
        tx,
        attemptTable,
        { id, personId, state: from, endsAt: MoreThan(finishedAt) },
        { state: to, sealed, finishedAt },
      )
      if (moved !== 1) throw attemptOver()
      await audit.record(tx, caller, `training.${to}`, { attempt: id, course: course.id })
      const certificate = prepared && (await certifying.give(tx, caller, prepared, course))
      return { row: { ...before, state: to, finishedAt }, judged, course, certificate }
    })
  }

  /** Hers, newest first. */
  of(personId: string): Promise<AttemptRow[]> {
    return this.#deps.store.reader.find(attemptTable, {
      where: { personId },
      order: { id: 'DESC' },
      take: 500,
    })
  }

  paperOf(row: AttemptRow): Promise<Paper> {
    return paperOf(this.#deps.vault, row)
  }

  #open(tx: Tx, personId: string, { id: course, version }: Course): Promise<AttemptRow | null> {
    return tx.findOneBy(attemptTable, { personId, course, version, state: 'open' })
  }

  async #requireTurn(tx: Tx, personId: string, course: Course, now: number): Promise<void> {
    const today = await tx.find(attemptTable, {
      where: { personId, course: course.id, startedAt: MoreThan(now - DAY_MS) },
      order: { startedAt: 'ASC' },
    })
    const oldest = today[today.length - course.attempts_per_day]
    if (!oldest) return
    throw new Refusal(
      'rate_limited',
      'too_many_attempts',
      'that was often enough for now: read the lessons again',
      {
        params: { again_at: isoTime(oldest.startedAt + DAY_MS) },
      },
    )
  }
}

const attemptOver = () =>
  new Refusal('conflict', 'attempt_over', 'this attempt was answered, or its time is over: begin another one')

export const paperOf = async (vault: Vault, { id, sealed }: AttemptRow): Promise<Paper> =>
  JSON.parse(await vault.openText(place(id), sealed))
