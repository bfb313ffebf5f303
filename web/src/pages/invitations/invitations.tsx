import { Badge, Group, Paper, SimpleGrid, Stack, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { Output } from '../../api/call'
import { useRead } from '../../api/hooks'
import { TextLink } from '../../ui/link'
import { Empty, Loaded, Page, Section } from '../../ui/page'
import { caseWords } from '../../words/cases'
import { useFormats, useWords, words } from '../../words/words'

type Column = Output<'invitations.board'>['columns'][number]
type Card = Column['items'][number]

export const boardTexts = words({
  nl: {
    title: 'Uitnodigingen',
    lead: 'Waar elke partner staat op weg naar het netwerk, en wanneer u hem mag verwachten.',
    empty: 'U nodigde nog niemand uit.',
    choose: 'Kies wie u uitnodigt',
    late: 'te laat',
    unread: '{n, plural, one {# nieuw bericht} other {# nieuwe berichten}}',
    expected: 'verwacht: {day}',
    history: 'gemiddeld over eerdere',
    target: 'volgens de afspraak',
    talk: 'volgend gesprek',
    overdue: 'had al gemoeten',
    steps: 'Hoe lang het duurt',
    step: '{state}: {days, plural, one {# dag} other {# dagen}} (midden van {n})',
  },
  en: {
    title: 'Invitations',
    lead: 'Where each partner is on its way to the network, and when you may expect it.',
    empty: 'You invited nobody yet.',
    choose: 'Choose whom you invite',
    late: 'late',
    unread: '{n, plural, one {# new message} other {# new messages}}',
    expected: 'expected: {day}',
    history: 'the middle of earlier ones',
    target: 'as agreed',
    talk: 'next talk',
    overdue: 'should have been',
    steps: 'How long it takes',
    step: '{state}: {days, plural, one {# day} other {# days}} (middle of {n})',
  },
})

export default function Invitations() {
  const say = useWords(boardTexts)
  const sayCase = useWords(caseWords)
  const board = useRead('invitations.board', {})
  const columns = board.data?.columns.filter(({ count }) => count > 0) ?? []
  const steps = board.data?.steps.filter(({ median_days }) => median_days !== null) ?? []
  return (
    <Page title={say('title')} lead={say('lead')}>
      <Loaded of={board}>
        {columns.length === 0 ? (
          <Empty
            action={
              <TextLink to="/partners" search={{}}>
                {say('choose')}
              </TextLink>
            }
          >
            {say('empty')}
          </Empty>
        ) : (
          <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }} spacing="md">
            {columns.map((column) => (
              <Stack key={column.state} gap="xs" component="section" aria-label={sayCase(column.state)}>
                <Group gap="xs">
                  <Text component="h2" fw={650} m={0}>
                    {sayCase(column.state)}
                  </Text>
                  <Text c="dimmed">{column.count}</Text>
                </Group>
                {column.items.map((card) => (
                  <CardOf key={card.id} card={card} />
                ))}
              </Stack>
            ))}
          </SimpleGrid>
        )}
        {steps.length > 0 && (
          <Section title={say('steps')}>
            {steps.map((one) => (
              <Text key={one.state} size="sm" c="dimmed">
                {say('step', {
                  state: sayCase(one.state),
                  days: Math.round(one.median_days ?? 0),
                  n: one.count,
                })}
              </Text>
            ))}
          </Section>
        )}
      </Loaded>
    </Page>
  )
}

function CardOf({ card }: { readonly card: Card }) {
  const say = useWords(boardTexts)
  const { day } = useFormats()
  const expected = card.expected.registered
  return (
    <Paper
      withBorder
      p="sm"
      radius="md"
      component={Link}
      to={`/invitations/${card.id}`}
      className="card-link"
    >
      <Text fw={600} className="breakable">
        {card.partner.name ?? card.partner.kvk}
      </Text>
      <Group gap="xs">
        {card.overdue && (
          <Badge color="red" variant="light">
            {say('late')}
          </Badge>
        )}
        {card.unread > 0 && <Badge variant="filled">{say('unread', { n: card.unread })}</Badge>}
      </Group>
      {expected && (
        <Text size="sm" c="dimmed">
          {say('expected', { day: day(expected.at) })} ({say(expected.basis)})
        </Text>
      )}
    </Paper>
  )
}
