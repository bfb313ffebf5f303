import { Button, Group, NativeSelect, Stack, Text, Title } from '@mantine/core'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { type ReactNode, useState } from 'react'
import { useChange, useList } from '../../api/hooks'
import { Confirm } from '../../ui/confirm'
import { Empty, Loaded, More, Page } from '../../ui/page'
import { useTell } from '../../ui/told'
import { useNames } from '../../words/names'
import { useTerms } from '../../words/purposes'
import { useWords, words } from '../../words/words'
import { type Given, GivenCard, stateOf } from './given-card'

const texts = words({
  nl: {
    title: 'Wat u deelt',
    lead: 'Wie uw gegevens mag zien, waarvoor en tot wanneer. U trekt het in wanneer u wilt.',
    show: 'Toon',
    open: 'wat nu geldt',
    ended: 'wat voorbij is',
    by: 'Bij elkaar per',
    by_none: 'toestemming',
    by_partner: 'partner',
    by_purpose: 'doel',
    by_claim: 'gegeven',
    empty_open: 'U deelt nu niets.',
    empty_ended: 'Er is nog niets voorbij.',
    all_of: 'Alles intrekken',
    all_title: 'Alles voor {name} intrekken?',
    all_partner:
      '{name} ziet daarna niets meer van wat u nu deelt. Wat al gezien of bewaard is, verdwijnt daarmee niet vanzelf.',
    all_purpose:
      'Niemand ziet daarna nog iets voor dit doel. Wat al gezien of bewaard is, verdwijnt daarmee niet vanzelf.',
    all_sure: 'Ja, alles intrekken',
    all_done:
      '{n, plural, =0 {Er was niets meer in te trekken.} one {# toestemming is ingetrokken.} other {# toestemmingen zijn ingetrokken.}}',
  },
  en: {
    title: 'What you share',
    lead: 'Who may see your data, what for and until when. You take it back whenever you like.',
    show: 'Show',
    open: 'what holds now',
    ended: 'what is over',
    by: 'Together by',
    by_none: 'grant',
    by_partner: 'partner',
    by_purpose: 'purpose',
    by_claim: 'data',
    empty_open: 'You share nothing now.',
    empty_ended: 'Nothing is over yet.',
    all_of: 'Revoke all',
    all_title: 'Revoke all for {name}?',
    all_partner:
      '{name} then sees nothing any more of what you share now. What was seen or kept does not vanish by itself.',
    all_purpose:
      'Nobody then sees anything for this purpose any more. What was seen or kept does not vanish by itself.',
    all_sure: 'Yes, revoke all',
    all_done:
      '{n, plural, =0 {There was nothing left to revoke.} one {# grant is revoked.} other {# grants are revoked.}}',
  },
})

type By = 'partner' | 'purpose' | 'claim'
const ways: readonly By[] = ['partner', 'purpose', 'claim']

interface Together {
  readonly key: string
  readonly name: string
  readonly items: readonly Given[]
}

/** What she gave, and the company's where she decides about it. */
export default function Grants() {
  const say = useWords(texts)
  const navigate = useNavigate()
  const { state, by } = useSearch({ from: '/inside/grants' })
  const isOver = state === 'ended'
  const way = ways.find((one) => one === by)
  const list = useList('access.grants', isOver ? { limit: 50 } : { state: 'open', limit: 50 })
  const items = isOver ? list.items?.filter((one) => stateOf(one) !== 'open') : list.items
  const go = (next: { state?: string | undefined; by?: string | undefined }) =>
    navigate({ to: '/grants', search: { state, by, ...next }, replace: true })
  return (
    <Page title={say('title')} lead={say('lead')}>
      <Group className="no-print" align="flex-end">
        <NativeSelect
          label={say('show')}
          value={isOver ? 'ended' : 'open'}
          data={(['open', 'ended'] as const).map((value) => ({ value, label: say(value) }))}
          onChange={({ currentTarget: { value } }) => go({ state: value === 'open' ? undefined : value })}
        />
        <NativeSelect
          label={say('by')}
          value={way ?? ''}
          data={[
            { value: '', label: say('by_none') },
            ...ways.map((value) => ({ value, label: say(`by_${value}`) })),
          ]}
          onChange={({ currentTarget: { value } }) => go({ by: value === '' ? undefined : value })}
        />
      </Group>
      <Loaded of={list}>
        {items?.length === 0 && <Empty>{say(isOver ? 'empty_ended' : 'empty_open')}</Empty>}
        {way ? (
          <Grouped items={items ?? []} by={way} canEnd={!isOver} />
        ) : (
          <Stack gap="sm">
            {items?.map((grant) => (
              <GivenCard key={grant.id} grant={grant} />
            ))}
          </Stack>
        )}
        <More list={list} />
      </Loaded>
    </Page>
  )
}

function Grouped({
  items,
  by,
  canEnd,
}: {
  readonly items: readonly Given[]
  readonly by: By
  readonly canEnd: boolean
}) {
  const { claim } = useNames()
  const { purposes } = useTerms()
  const keysOf = {
    partner: ({ grantee }: Given) => [[grantee.did, grantee.name] as const],
    purpose: ({ purpose }: Given) => purpose.map((one) => [one, purposes([one])] as const),
    claim: ({ claims }: Given) =>
      claims.map((one) => [one, `${claim(one).what} (${claim(one).of})`] as const),
  }[by]
  const groups = new Map<string, { name: string; items: Given[] }>()
  for (const grant of items)
    for (const [key, name] of keysOf(grant)) {
      const group = groups.get(key) ?? { name, items: [] }
      group.items.push(grant)
      groups.set(key, group)
    }
  const sorted = [...groups]
    .map(([key, group]): Together => ({ key, ...group }))
    .toSorted((one, other) => one.name.localeCompare(other.name))
  return sorted.map((group) => (
    <Heading key={group.key} of={group}>
      {canEnd && by !== 'claim' && <EndAll of={group} by={by} />}
    </Heading>
  ))
}

function Heading({ of, children }: { readonly of: Together; readonly children: ReactNode }) {
  return (
    <Stack gap="sm" component="section" aria-label={of.name}>
      <Group justify="space-between">
        <Title order={2} size="h3" className="breakable">
          {of.name}
        </Title>
        {children}
      </Group>
      {of.items.map((grant) => (
        <GivenCard key={grant.id} grant={grant} />
      ))}
    </Stack>
  )
}

/** Takes back all that a partner sees, or all that is for one purpose. */
function EndAll({ of, by }: { readonly of: Together; readonly by: 'partner' | 'purpose' }) {
  const say = useWords(texts)
  const tell = useTell()
  const [isAsking, ask] = useState(false)
  const withdraw = useChange('access.withdraw', ['access.'])
  return (
    <>
      <Button
        variant="light"
        color="red"
        className="no-print"
        aria-label={`${say('all_of')}: ${of.name}`}
        onClick={() => ask(true)}
      >
        {say('all_of')}
      </Button>
      {isAsking && (
        <Confirm
          title={say('all_title', { name: of.name })}
          text={say(`all_${by}`, { name: of.name })}
          sure={say('all_sure')}
          error={withdraw.error}
          busy={withdraw.isPending}
          onClose={() => ask(false)}
          onSure={() =>
            withdraw.mutate(
              { [by]: of.key },
              {
                onSuccess: ({ items }) => {
                  ask(false)
                  tell({ text: say('all_done', { n: items.length }) })
                },
              },
            )
          }
        >
          <Text size="sm" fw={600}>
            {[...new Set(of.items.map(({ grantee }) => grantee.name))].join(', ')}
          </Text>
        </Confirm>
      )}
    </>
  )
}
