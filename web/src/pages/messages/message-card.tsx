import { Badge, Group, Paper, Stack, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import type { Item } from '../../api/hooks'
import { isMessageWord, messageWords } from '../../words/messages'
import { useNames } from '../../words/names'
import { useFormats, useWords, words } from '../../words/words'

const texts = words({
  nl: {
    until: 'antwoorden kan tot en met {day}',
    yours: 'Uw antwoord',
    theirs: 'Antwoord van {name}',
  },
  en: { until: 'can be answered until {day}', yours: 'Your answer', theirs: 'Answer of {name}' },
})

export type Message = Item<'messages.list'>

/** A message with its answer. What is in it is text of somebody else: letters and line ends. */
export function MessageCard({
  message,
  isOurs = false,
  children,
}: {
  readonly message: Message
  readonly isOurs?: boolean
  readonly children?: ReactNode
}) {
  const say = useWords(texts)
  const sayMessage = useWords(messageWords)
  const { code } = useNames()
  const { day, moment } = useFormats()
  const { partner, kind, subject, body, at, until, state, outcome, answer } = message
  const why = (reason: string) => (isMessageWord(reason) ? sayMessage(reason) : code(reason))
  return (
    <Paper withBorder p="md" radius="md">
      <Stack gap="xs">
        <Group gap="xs">
          <Text fw={600} className="breakable">
            {subject}
          </Text>
          <Badge variant="light" color="gray">
            {sayMessage(kind)}
          </Badge>
          {isOurs && <Badge variant="light">{sayMessage(state)}</Badge>}
        </Group>
        <Text size="sm" c="dimmed" className="breakable">
          {[partner.name, moment(at), until && say('until', { day: day(until) }), outcome && why(outcome)]
            .filter(Boolean)
            .join(' · ')}
        </Text>
        <Text className="document">{body}</Text>
        {answer && (
          <Paper bg="var(--mantine-color-default-hover)" p="sm" radius="md">
            <Text size="sm" fw={600}>
              {isOurs ? say('theirs', { name: partner.name }) : say('yours')}
              {answer.choice && `: ${sayMessage(answer.choice)}`}
            </Text>
            <Text size="sm" className="document">
              {answer.body}
            </Text>
            {!isOurs && (
              <Text size="xs" c="dimmed">
                {sayMessage(answer.state)}
                {answer.outcome && ` · ${why(answer.outcome)}`}
              </Text>
            )}
          </Paper>
        )}
        {children}
      </Stack>
    </Paper>
  )
}
