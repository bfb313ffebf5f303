import { describe, expect, test } from 'vitest'
import { parseDcqlQuery } from '../dcql/index.ts'
import { chosenMatches, type Held, leastAnswer, matchQueries } from './match.ts'

const takes = (credential: string[] | null, keyBinding: string[] | null) => ({
  'dc+sd-jwt': { credential, keyBinding },
  'vc+jwt': { credential, keyBinding },
})
const any = takes(null, null)
const held = (id: string, vct: string, document: Record<string, string>, more: Partial<Held> = {}): Held => ({
  ...{ id, format: 'dc+sd-jwt', types: [vct], document, whole: null, authorities: new Set<string>() },
  disclosedPaths: Object.keys(document).map((name) => [name]),
  ...{ isHolderBound: true, algs: { credential: 'ES256', keyBinding: 'EdDSA' } },
  ...more,
})
const credential = (id: string, more: object = {}) => ({
  ...{ id, format: 'dc+sd-jwt', meta: { vct_values: [id] } },
  ...more,
})
const query = (credentials: object[], sets?: object[]) =>
  parseDcqlQuery({ credentials, ...(sets && { credential_sets: sets }) })

const age = held('1', 'age', { over_18: 'yes', birth: '2000-01-01' })
const card = held('2', 'card', { number: '7' })
const pass = held('3', 'pass', { number: '8' })

describe('a credential is matched', () => {
  const pathsFor = (one: object, from: Held = age, algs = any) =>
    matchQueries(query([credential('age', one)]), [from], algs)[0]?.matches.map(({ paths }) => paths)
  const both = {
    claims: [
      { id: 'a', path: ['over_18'] },
      { id: 'b', path: ['birth'] },
      { id: 'c', path: ['name'] },
    ],
  }
  test.each<[string, object, string[][] | null]>([
    ['with nothing that may be left out, where no claim is asked', {}, []],
    ['with the claims that are asked', { claims: [{ path: ['birth'] }] }, [['birth']]],
    ['with the first set that is met', { ...both, claim_sets: [['c'], ['a'], ['a', 'b']] }, [['over_18']]],
    ['by a value', { claims: [{ path: ['over_18'], values: ['yes'] }] }, [['over_18']]],
    ['not by another value', { claims: [{ path: ['over_18'], values: ['no'] }] }, null],
    ['not when a claim is missing', both, null],
    ['not for an authority nobody proves', { trusted_authorities: [{ type: 'aki', values: ['x'] }] }, null],
  ])('%s', (_what, more, paths) => {
    expect(pathsFor(more)).toEqual(paths === null ? [] : [paths])
  })

  test('only where the verifier takes its signatures', () => {
    const es256 = ['ES256']
    expect(pathsFor({}, age, takes(es256, ['EdDSA']))).toHaveLength(1)
    expect(pathsFor({}, age, takes(['EdDSA'], null))).toEqual([])
    expect(pathsFor({}, age, takes(null, es256))).toEqual([])
    const unbound = { require_cryptographic_holder_binding: false }
    expect(pathsFor(unbound, age, takes(null, es256))).toHaveLength(1)
  })

  test('only with a proof of its holder, unless none is asked', () => {
    const bare = held('4', 'age', {}, { isHolderBound: false })
    expect(pathsFor({}, bare)).toEqual([])
    expect(pathsFor({ require_cryptographic_holder_binding: false }, bare)).toEqual([[]])
  })
})

describe('the least answer', () => {
  const three = [credential('age'), credential('card'), credential('pass')]
  const least = (sets: object[] | undefined, all: readonly Held[]) => {
    const asked = query(three, sets)
    const found = leastAnswer(asked, matchQueries(asked, all, any))
    return found && [...found].sort()
  }
  const either = { options: [['card', 'pass'], ['card'], ['age']] }
  test.each<[string, object[] | undefined, readonly Held[], string[] | null]>([
    ['is everything without sets', undefined, [age, card, pass], ['age', 'card', 'pass']],
    ['is nothing where one is missing', undefined, [age, card], null],
    ['is the first option that is held', [either], [age, card], ['card']],
    [
      'leaves optional sets out',
      [{ options: [['age']] }, { options: [['card']], required: false }],
      [age, card],
      ['age'],
    ],
    ['is nothing where no option is held', [either], [pass], null],
  ])('%s', (_what, sets, all, ids) => {
    expect(least(sets, all)).toEqual(ids)
  })
})

describe('a choice', () => {
  const second = held('9', 'card', { number: '9' })
  const choose = (choice: object, multiple = false) => {
    const asked = query(
      [credential('card', { multiple }), credential('age')],
      [{ options: [['card']] }, { options: [['age']], required: false }],
    )
    const chosen = chosenMatches(asked, matchQueries(asked, [card, second, age], any), choice)
    return typeof chosen === 'string'
      ? chosen
      : chosen.map(({ id, matches }) => [id, ...matches.map((one) => one.held.id)])
  }
  test.each<[object, boolean, unknown]>([
    [{}, false, [['card', '2']]],
    [{}, true, [['card', '2']]],
    [{ credentials: ['9'] }, false, [['card', '9']]],
    [{ credentials: ['2', '9'] }, true, [['card', '2', '9']]],
    [{ credentials: ['2', '9'] }, false, 'choice_unknown'],
    [{ credentials: ['1'] }, false, 'choice_unknown'],
    [
      { queries: ['card', 'age'] },
      false,
      [
        ['card', '2'],
        ['age', '1'],
      ],
    ],
    [{ queries: ['age'] }, false, 'choice_incomplete'],
    [{ queries: ['card', 'other'] }, false, 'choice_unknown'],
  ])('%j (several: %j)', (choice, multiple, expected) => {
    expect(choose(choice, multiple)).toEqual(expected)
  })
})

describe('a credential of which nothing can be left out', () => {
  const subject = { name: 'Ada', nr: '7' }
  const whole = held(
    '5',
    'card',
    {},
    {
      ...{ format: 'vc+jwt', document: { credentialSubject: subject }, disclosedPaths: [] },
      whole: Object.entries(subject).map(([name, value]) => ({ path: ['credentialSubject', name], value })),
    },
  )
  const asking = (id: string, ...names: string[]) => ({
    ...{ id, format: 'vc+jwt', meta: { type_values: [['card']] } },
    ...(names.length > 0 && { claims: names.map((name) => ({ path: ['credentialSubject', name] })) }),
  })
  const choose = (asked: ReturnType<typeof query>, choice: object, from: readonly Held[] = [whole, card]) => {
    const chosen = chosenMatches(asked, matchQueries(asked, from, any), choice)
    return typeof chosen === 'string'
      ? chosen
      : chosen.map(({ id, matches }) => [id, ...matches.map((one) => one.held.id)])
  }

  test.each<[string, object, string]>([
    ['all of it', asking('whole', 'name', 'nr'), 'whole'],
    ['some of it', asking('whole', 'name'), 'more'],
    ['no claim of it', asking('whole'), 'more'],
    ['what the claims lie in', { ...asking('whole'), claims: [{ path: ['credentialSubject'] }] }, 'whole'],
  ])('says what it shows where a verifier asks for %s', (_what, one, shows) => {
    expect(matchQueries(query([one]), [whole], any)[0]?.matches[0]?.shows).toBe(shows)
  })

  test('is shown by itself where all of it is asked, and else only by its name', () => {
    expect(choose(query([asking('whole', 'name', 'nr')]), {})).toEqual([['whole', '5']])
    const some = query([asking('whole', 'name')])
    expect(choose(some, {})).toBe('whole_credential_unconfirmed')
    expect(choose(some, { queries: ['whole'] })).toBe('whole_credential_unconfirmed')
    expect(choose(some, { credentials: ['5'] })).toEqual([['whole', '5']])
  })

  test.each<[string, string[]]>([
    ['some of it', ['name']],
    ['all of it', ['name', 'nr']],
  ])('gives way to one that can leave things out, where %s is asked', (_what, names) => {
    const sets = [{ options: [['whole'], ['card']] }]
    const either = query([asking('whole', ...names), credential('card')], sets)
    expect(choose(either, {})).toEqual([['card', '2']])
    expect(choose(either, { queries: ['whole'], credentials: ['5'] })).toEqual([['whole', '5']])
    expect(choose(either, { credentials: ['5'] }, [whole])).toEqual([['whole', '5']])
  })

  test('lies behind one of its own format that says less', () => {
    const small: Held = { ...whole, id: '6', document: { credentialSubject: { name: 'Ada' } } }
    const less = { ...small, whole: [{ path: ['credentialSubject', 'name'], value: 'Ada' }] }
    expect(choose(query([asking('whole', 'name')]), {}, [whole, less])).toEqual([['whole', '6']])
  })

  test('is not shown to who takes no such format', () => {
    const asked = query([asking('whole', 'name')])
    expect(matchQueries(asked, [whole], { 'dc+sd-jwt': takes(null, null)['dc+sd-jwt'] })[0]?.matches).toEqual(
      [],
    )
  })
})

describe('a transaction that names two', () => {
  const transaction = (...credentialIds: string[]) => [
    { type: 'x', text: 'x', credentialIds, encoded: 'x', namesAlg: false },
  ]
  const least = (sets: object[], ids: string[], from: readonly Held[] = [age, card, pass]) => {
    const asked = query([credential('age'), credential('card'), credential('pass')], sets)
    const found = leastAnswer(asked, matchQueries(asked, from, any), transaction(...ids))
    return found && [...found].sort()
  }
  test.each<[string, object[], string[], string[]]>([
    [
      'is carried by the first option that can',
      [{ options: [['age'], ['card']] }],
      ['card', 'pass'],
      ['card'],
    ],
    [
      'has what carries it shown, though it may be left out',
      [{ options: [['age']] }, { options: [['pass'], ['card']], required: false }],
      ['card', 'pass'],
      ['age', 'pass'],
    ],
    [
      'has no second carrier shown',
      [{ options: [['card']] }, { options: [['pass']], required: false }],
      ['card', 'pass'],
      ['card'],
    ],
  ])('%s', (_what, sets, ids, expected) => {
    expect(least(sets, ids)).toEqual(expected)
  })
})
