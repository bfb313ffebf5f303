import { Paper, Stack, Text } from '@mantine/core'
import { useList } from '../../api/hooks'
import { TextLink } from '../../ui/link'
import { Failure, More, Section } from '../../ui/page'
import { hasRole, useWho } from '../../who'
import { useNames } from '../../words/names'
import { useFormats, useWords, words } from '../../words/words'

const texts = words({
  nl: {
    title: 'Wat aan deze overeenkomst hangt',
    lead: 'Dit gaat dicht als zij eindigt.',
    nothing: 'Er hangt niets aan dat u kunt zien.',
    grant: 'Toestemming voor {name}, tot en met {day}',
    shared: 'Bedrijfsgeheim “{label}”, getoond aan {name}',
    received: 'Bedrijfsgeheim “{label}” van {name}',
  },
  en: {
    title: 'What hangs on this agreement',
    lead: 'This closes when it ends.',
    nothing: 'Nothing hangs on it that you can see.',
    grant: 'Grant to {name}, until {day}',
    shared: 'Trade secret “{label}”, shown to {name}',
    received: 'Trade secret “{label}” of {name}',
  },
})

/** Grants and trade secrets that are open because an agreement is in force. */
export function Hanging({ agreement }: { readonly agreement: string }) {
  const say = useWords(texts)
  const { claim } = useNames()
  const { day } = useFormats()
  const who = useWho()
  const grants = useList('access.grants', { agreement, state: 'open', limit: 50 })
  const shares = useList(
    'trade-secrets.shares',
    { agreement, state: 'live', limit: 50 },
    hasRole(who, 'administrator'),
  )
  const received = useList('trade-secrets.received', { agreement, state: 'live', limit: 50 })
  const lists = [grants, shares, received]
  const hanging = [
    ...(grants.items ?? []).map((one) => ({
      ...{ id: one.id, to: `/grants/${one.id}` },
      text: say('grant', { name: one.grantee.name, day: day(one.until) }),
      more: one.claims.map((reference) => claim(reference).what).join(', '),
    })),
    ...(shares.items ?? []).map((one) => ({
      ...{ id: one.id, to: '/secrets/shared' as const, more: one.purpose },
      text: say('shared', { label: one.label, name: one.partner.name }),
    })),
    ...(received.items ?? []).map((one) => ({
      ...{ id: one.id, to: '/secrets/received' as const, more: one.purpose },
      text: say('received', { label: one.label, name: one.partner.name }),
    })),
  ]
  const error = lists.find((list) => list.error !== null)?.error
  const isReady = !lists.some(({ isLoading }) => isLoading)
  return (
    <Section title={say('title')}>
      {error && <Failure error={error} onRetry={() => lists.map((list) => list.refetch())} />}
      {isReady && !error && (
        <Text size="sm" c="dimmed">
          {say(hanging.length === 0 ? 'nothing' : 'lead')}
        </Text>
      )}
      <Stack gap="sm">
        {hanging.map(({ id, to, text, more }) => (
          <Paper key={id} withBorder p="sm" radius="md">
            <TextLink to={to} className="breakable">
              {text}
            </TextLink>
            <Text size="sm" c="dimmed" className="breakable">
              {more}
            </Text>
          </Paper>
        ))}
      </Stack>
      {lists.map((list, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lists have one order
        <More key={at} list={list} />
      ))}
    </Section>
  )
}
