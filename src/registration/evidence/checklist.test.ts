import { describe, expect, test } from 'vitest'
import {
  actingWith,
  authorityOf,
  type ChecklistItem,
  checklist,
  type EvidenceKind,
  type EvidenceMove,
  type EvidenceState,
  evidenceMoves,
  evidenceStates,
  missingFor,
  type RepresentativeFacts,
  requireEvidenceMove,
  sameName,
} from './checklist.ts'

const table: Record<EvidenceMove, Record<EvidenceState, EvidenceState | null>> = {
  receive: { missing: 'received', received: 'received', checked: 'received', refused: 'received' },
  hand_in: { missing: 'received', received: null, checked: null, refused: 'received' },
  check: { missing: 'checked', received: 'checked', checked: null, refused: null },
  refuse: { missing: null, received: 'refused', checked: 'refused', refused: null },
}

test.each(
  (Object.keys(evidenceMoves) as EvidenceMove[]).flatMap((move) =>
    evidenceStates.map((state) => [move, state, table[move][state]] as const),
  ),
)('%s what is %s: %s', (move, state, expected) => {
  if (expected) expect(requireEvidenceMove(state, move)).toBe(expected)
  else
    expect(() => requireEvidenceMove(state, move)).toThrow(
      expect.objectContaining({ code: 'evidence_move_refused', params: { state, move } }),
    )
})

const rep = (id: string, more: Partial<RepresentativeFacts> = {}): RepresentativeFacts => ({
  ...{ id, source: 'extract', representationType: 'SOLE', limited: false, accepted: true },
  ...more,
})
const joint = (id: string, more: Partial<RepresentativeFacts> = {}) =>
  rep(id, { representationType: 'JOINT', ...more })
const checked = (kind: EvidenceKind, representativeId: string | null = null) =>
  ({ kind, representativeId, state: 'checked' }) as const
const requiredOf = (items: readonly ChecklistItem[]) =>
  items.filter(({ required }) => required).map(({ kind, representativeId }) => [kind, representativeId])

describe('the checklist', () => {
  test('needs what the policy says, of the organisation once and of each representative', () => {
    const items = checklist(['kvk_extract', 'identity'], [rep('a'), rep('b')], [checked('identity', 'a')])
    expect(requiredOf(items)).toEqual([
      ['kvk_extract', null],
      ['identity', 'a'],
      ['identity', 'b'],
    ])
    expect(items.find(({ representativeId }) => representativeId === 'a')?.state).toBe('checked')
  })
  test('needs the extract and who they are of who may act together only, whatever the policy says', () => {
    expect(requiredOf(checklist([], [joint('a'), joint('b')], []))).toEqual([
      ['authority', null],
      ['identity', 'a'],
      ['identity', 'b'],
    ])
  })
  test('needs the mandate of whose authority is limited', () => {
    expect(requiredOf(checklist([], [rep('a', { limited: true }), rep('b')], []))).toEqual([
      ['limited_authority', 'a'],
    ])
  })
  test('of who is not in the extract nothing is asked: she does not count', () => {
    const items = checklist(['identity'], [rep('a'), rep('x', { source: 'applicant' })], [])
    expect(requiredOf(items)).toEqual([['identity', 'a']])
  })
})

describe('a case is not accepted without', () => {
  const representatives = [rep('a'), rep('b', { accepted: false })]
  test.each([
    [[], ['kvk_extract', 'identity']],
    [[checked('kvk_extract')], ['identity']],
    [[checked('kvk_extract'), checked('identity', 'b')], ['identity']],
    [[checked('kvk_extract'), checked('identity', 'a')], []],
  ] as const)('%j: %j', (items, missing) => {
    const all = checklist(['kvk_extract', 'identity'], representatives, items)
    expect(missingFor(all, representatives)).toEqual(missing)
  })
})

describe('authority', () => {
  const known = [checked('authority'), checked('identity', 'a'), checked('identity', 'b')]
  const of = (representatives: RepresentativeFacts[], items: Parameters<typeof checklist>[2] = known) => {
    const { complete, acting } = authorityOf(representatives, checklist([], representatives, items))
    return [complete, acting.map(({ id }) => id).join(' ')]
  }
  test.each([
    ['nobody', [], known, false, ''],
    ['one alone', [rep('a')], [], true, 'a'],
    ['one alone who did not accept', [rep('a', { accepted: false })], [], false, ''],
    ['one alone, and two together who did not', [rep('a'), joint('b', { accepted: false })], [], true, 'a'],
    ['one of two', [joint('a'), joint('b', { accepted: false })], known, false, 'a'],
    ['both', [joint('a'), joint('b')], known, true, 'a b'],
    ['both, one of whom is not identified', [joint('a'), joint('b')], known.slice(0, 2), false, 'a'],
    ['one who may only act together, of nobody else', [joint('a')], known, false, 'a'],
    [
      'who is not in the extract',
      [rep('x', { source: 'applicant' }), joint('a'), joint('b', { accepted: false })],
      known,
      false,
      'a',
    ],
    ['one alone with a limit, whose mandate is not there', [rep('a', { limited: true })], [], false, ''],
  ] as const)('%s', (_, representatives, items, complete, acting) => {
    expect(of([...representatives], [...items])).toEqual([complete, acting])
  })

  test.each([
    ['alone', 0, [rep('a'), rep('b')], [], 'a'],
    ['alone beside two together', 0, [rep('a'), joint('b'), joint('c')], [], 'a'],
    ['together, where another may alone', 1, [rep('a'), joint('b'), joint('c')], [], 'b c'],
    ['together', 1, [joint('a'), joint('b')], known, 'a b'],
    ['together with who did not accept', 0, [joint('a'), joint('b', { accepted: false })], known, null],
    ['together with nobody', 0, [joint('a')], known, null],
    ['not in the extract', 0, [rep('x', { source: 'applicant' }), rep('a')], [], null],
    ['not identified', 1, [joint('a'), joint('b')], known.slice(0, 2), null],
    ['limited, without her mandate', 0, [rep('a', { limited: true })], [], null],
  ] as const)('who acts %s', (_, signer, given, items, expected) => {
    const representatives: RepresentativeFacts[] = [...given]
    const herself = representatives[signer]
    if (!herself) throw new Error('who?')
    const acting = actingWith(herself, representatives, checklist([], representatives, [...items]))
    expect(acting?.map(({ id }) => id).join(' ') ?? null).toBe(expected)
  })
})

test.each([
  ['Anna Voorbeeld', ' anna  voorbeeld ', true],
  ['A.B. de Vríes', 'A B de Vries', true],
  ['Anna Voorbeeld', 'Anna Voorbeld', false],
  ['...', '!', false],
])('%j and %j are the same name: %s', (a, b, same) => {
  expect(sameName(a, b)).toBe(same)
})
