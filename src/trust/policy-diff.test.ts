import { expect, test } from 'vitest'
import { diffPolicies } from './policy-diff.ts'
import { loadPolicies, policyParts } from './policy-files.ts'

const [first, second] = loadPolicies('policy')
if (!first || !second) throw new Error('the policy has two versions')

test('a version does not differ from itself', () => {
  for (const one of [first, second])
    expect(diffPolicies(one, one, 'nl').map(({ change }) => change)).toEqual(policyParts.map(() => 'same'))
})

test('what one text became as a set is compared part by part, whatever the line ends', () => {
  const diff = diffPolicies(first, second, 'en')
  expect(diff.map(({ part }) => part)).toEqual(policyParts)
  expect(diff.every(({ change }) => change === 'changed')).toBe(true)
  const sla = diff.find(({ part }) => part === 'sla')
  expect(sla?.lines.filter(({ change }) => change !== 'same')).toEqual([
    {
      change: 'added',
      text: '4.5. Whoever asks the servicedesk a question is answered by a human being within two working days.',
    },
  ])
  expect(sla?.lines).toHaveLength(5)
})

test('a document that is not in the other version is added or removed as a whole', () => {
  const without = { ...second, documents: second.documents.filter(({ part }) => part !== 'sla') }
  const changeOf = (diff: ReturnType<typeof diffPolicies>) => diff.find(({ part }) => part === 'sla')
  expect(changeOf(diffPolicies(without, second, 'nl'))?.change).toBe('added')
  const removed = changeOf(diffPolicies(second, without, 'nl'))
  expect(removed).toMatchObject({ change: 'removed', title: 'Dienstverlening (SLA)' })
  expect(removed?.lines.every(({ change }) => change === 'removed')).toBe(true)
})

test('a changed word shows the paragraph as it was and as it is', () => {
  const changed = {
    ...second,
    documents: second.documents.map((one) => ({ ...one, text: one.text.replace('99.5', '99.9') })),
  }
  const lines = diffPolicies(second, changed, 'en').find(({ part }) => part === 'sla')?.lines ?? []
  expect(lines.filter(({ change }) => change !== 'same').map(({ change }) => change)).toEqual([
    'removed',
    'added',
  ])
})
