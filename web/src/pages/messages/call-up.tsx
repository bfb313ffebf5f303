import { Badge, Button, List, Paper, Text } from '@mantine/core'
import { useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { useChange, useRead } from '../../api/hooks'
import { Confirm } from '../../ui/confirm'
import { Fact, Facts, Loaded, Page, Section } from '../../ui/page'
import { useTell } from '../../ui/told'
import { isMessageWord, messageWords } from '../../words/messages'
import { useNames } from '../../words/names'
import { useFormats, useWords, words } from '../../words/words'
import { MessageCard } from './message-card'

const texts = words({
  nl: {
    title: 'Oproep',
    state: 'Stand',
    open: 'open',
    closed: 'gesloten',
    tally: 'Antwoorden',
    counts: '{yes} ja, {maybe} misschien, {no} nee',
    wanted: 'Nodig',
    until: 'Antwoorden kan tot en met',
    close: 'Oproep sluiten',
    close_text: 'Wie hem kreeg hoort dat hij gesloten is, en kan er niet meer op antwoorden.',
    was_closed: 'De oproep is gesloten.',
    sent: 'Wie hem kreeg',
    nobody: 'Niemand kreeg hem.',
    not_sent: 'Wie hem niet kreeg',
  },
  en: {
    title: 'Call-up',
    state: 'State',
    open: 'open',
    closed: 'closed',
    tally: 'Answers',
    counts: '{yes} yes, {maybe} maybe, {no} no',
    wanted: 'Needed',
    until: 'Can be answered until',
    close: 'Close the call-up',
    close_text: 'Whoever got it hears that it is closed, and can answer it no more.',
    was_closed: 'The call-up is closed.',
    sent: 'Who got it',
    nobody: 'Nobody got it.',
    not_sent: 'Who did not get it',
  },
})

export default function CallUp() {
  const say = useWords(texts)
  const sayMessage = useWords(messageWords)
  const { code } = useNames()
  const { day, number } = useFormats()
  const tell = useTell()
  const { id } = useParams({ from: '/inside/messages/call-ups/$id' })
  const found = useRead('call_ups.show', { id })
  const close = useChange('call_ups.close', ['call_ups.'])
  const [isClosing, setClosing] = useState(false)
  const one = found.data
  return (
    <Page
      title={one?.subject ?? say('title')}
      actions={
        one?.state === 'open' && (
          <Button variant="light" color="red" onClick={() => setClosing(true)}>
            {say('close')}
          </Button>
        )
      }
    >
      <Loaded of={found}>
        {one && (
          <>
            <Paper withBorder p="md" radius="md">
              <Facts>
                <Fact name={say('state')}>
                  <Badge variant="light">{say(one.state)}</Badge>
                </Fact>
                <Fact name={say('tally')}>
                  {say('counts', { yes: one.yes, maybe: one.maybe, no: one.no })}
                </Fact>
                {one.wanted !== null && <Fact name={say('wanted')}>{number(one.wanted)}</Fact>}
                {one.until !== null && <Fact name={say('until')}>{day(one.until)}</Fact>}
              </Facts>
              <Text className="document" mt="sm">
                {one.body}
              </Text>
            </Paper>
            <Section title={say('sent')}>
              {one.sent.length === 0 && <Text c="dimmed">{say('nobody')}</Text>}
              {one.sent.map((message) => (
                <MessageCard key={message.id} message={message} isOurs />
              ))}
            </Section>
            {one.not_sent.length > 0 && (
              <Section title={say('not_sent')}>
                <List size="sm">
                  {one.not_sent.map(({ partner, name, code: why }) => (
                    <List.Item key={`${partner} ${why}`} className="breakable">
                      {name}: {isMessageWord(why) ? sayMessage(why) : code(why)}
                    </List.Item>
                  ))}
                </List>
              </Section>
            )}
          </>
        )}
      </Loaded>
      {isClosing && (
        <Confirm
          title={`${say('close')}?`}
          text={say('close_text')}
          sure={say('close')}
          error={close.error}
          busy={close.isPending}
          onClose={() => setClosing(false)}
          onSure={() =>
            close.mutate(
              { id },
              {
                onSuccess: () => {
                  setClosing(false)
                  tell({ text: say('was_closed') })
                },
              },
            )
          }
        />
      )}
    </Page>
  )
}
