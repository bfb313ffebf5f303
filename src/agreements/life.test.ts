import { describe, expect, test } from 'vitest'
import {
  type AgreementState,
  agreementStates,
  type Move,
  type MoveKind,
  moved,
  type Standing,
} from './life.ts'

const standing = (state: AgreementState, more: Partial<Standing> = {}): Standing => ({
  ...{ state, version: state === 'draft' ? 0 : 1, proposedBy: 'us', startedBy: 'us' },
  ...{ approved: [], signed: [] },
  ...more,
})
const moveOf = (kind: MoveKind, version: number): Move =>
  kind === 'propose'
    ? { kind, by: 'us', version: version + 1 }
    : kind === 'start' || kind === 'end'
      ? { kind }
      : kind === 'terminate'
        ? { kind, by: 'them' }
        : { kind, by: 'them', version }

/** Where each move leads from each state; `-` is a refusal. */
const table = `
  from               propose          review             approve            sign      start     end    terminate
  draft              external_review  -                  -                  -         -         -      terminated
  external_review    external_review  external_approval  -                  -         -         -      terminated
  external_approval  external_review  -                  external_approval  -         -         -      terminated
  approved           external_review  -                  -                  approved  -         -      terminated
  signed             -                -                  -                  -         in_force  -      terminated
  in_force           -                -                  -                  -         -         ended  terminated
  ended              -                -                  -                  -         -         -      -
  terminated         -                -                  -                  -         -         -      -
`
const [head = [], ...lines] = table
  .trim()
  .split('\n')
  .map((line) => line.trim().split(/\s+/))
const cases = lines.flatMap(([from = '', ...to]) =>
  to.map((leads, at) => [from as AgreementState, head[at + 1] as MoveKind, leads] as const),
)

describe('the life of an agreement', () => {
  test('the table names every state', () => expect(lines.map(([from]) => from)).toEqual(agreementStates))

  test.each(cases)('%s, %s: %s', (from, kind, leads) => {
    const now = standing(from)
    const next = moved(now, moveOf(kind, now.version))
    if (leads === '-') expect(next).toHaveProperty('code')
    else expect(next).toMatchObject({ state: leads })
  })

  const refused: readonly (readonly [string, Standing, Move, string])[] = [
    [
      'who proposed a text does not review it',
      standing('external_review'),
      { kind: 'review', by: 'us', version: 1 },
      'agreement_own_text',
    ],
    [
      'another version is not approved',
      standing('external_approval', { version: 3 }),
      { kind: 'approve', by: 'us', version: 2 },
      'agreement_version_differs',
    ],
    [
      'another version than the other party signed is not signed',
      standing('approved', { version: 3, signed: ['us'] }),
      { kind: 'sign', by: 'them', version: 2 },
      'agreement_version_differs',
    ],
    [
      'nobody approves twice',
      standing('external_approval', { approved: ['us'] }),
      { kind: 'approve', by: 'us', version: 1 },
      'agreement_already_approved',
    ],
    [
      'nobody signs twice',
      standing('approved', { signed: ['us'] }),
      { kind: 'sign', by: 'us', version: 1 },
      'agreement_already_signed',
    ],
    [
      'nobody signs what was signed by both',
      standing('signed', { signed: ['us', 'them'] }),
      { kind: 'sign', by: 'us', version: 1 },
      'agreement_already_signed',
    ],
    [
      'who signed proposes nothing else',
      standing('approved', { signed: ['them'] }),
      { kind: 'propose', by: 'them', version: 2 },
      'agreement_already_signed',
    ],
    [
      'nobody proposes over the other side’s signature',
      standing('approved', { signed: ['them'] }),
      { kind: 'propose', by: 'us', version: 2 },
      'agreement_already_signed',
    ],
    [
      'no version is skipped',
      standing('external_review'),
      { kind: 'propose', by: 'them', version: 3 },
      'agreement_version_differs',
    ],
    [
      'of two texts at the same moment that of who did not begin does not count',
      standing('external_review', { version: 2 }),
      { kind: 'propose', by: 'them', version: 2 },
      'agreement_version_differs',
    ],
  ]
  test.each(refused)('%s', (_, now, move, code) => expect(moved(now, move)).toEqual({ code }))

  test('of two texts at the same moment that of who began counts at the other node', () => {
    const there = standing('external_review', { version: 2, startedBy: 'them' })
    expect(moved(there, { kind: 'propose', by: 'them', version: 2 })).toMatchObject({ proposedBy: 'them' })
  })

  test('a new text voids what was said of the one before, also our signature', () => {
    const now = standing('approved', { approved: ['us', 'them'], signed: ['us'] })
    expect(moved(now, { kind: 'propose', by: 'them', version: 2 })).toEqual(
      standing('external_review', { version: 2, proposedBy: 'them' }),
    )
  })

  test.each([
    ['approve', 'external_approval', 'approved'],
    ['sign', 'approved', 'signed'],
  ] as const)('%s counts when both did', (kind, from, to) => {
    const once = moved(standing(from), { kind, by: 'them', version: 1 })
    if ('code' in once) throw new Error(once.code)
    expect(once.state).toBe(from)
    expect(moved(once, { kind, by: 'us', version: 1 })).toMatchObject({ state: to })
  })
})
