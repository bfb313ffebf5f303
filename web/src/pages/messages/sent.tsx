import { Button, NativeSelect, Paper, Stack, Table, Text, Textarea, TextInput } from '@mantine/core'
import { useChange, useList, useRead } from '../../api/hooks'
import { Failure, Loaded, More, Page, Section } from '../../ui/page'
import { PartnerInput, usePartners } from '../../ui/partner-input'
import { useTell } from '../../ui/told'
import { useTyped } from '../../ui/typed'
import { messageWords } from '../../words/messages'
import { useFormats, useWords, words } from '../../words/words'
import { MessageCard } from './message-card'

const texts = words({
  nl: {
    title: 'Verstuurde berichten',
    lead: 'Wat uw bedrijf aan partners schreef. Een bericht gaat alleen aan wie er toestemming voor gaf.',
    write: 'Een bericht schrijven',
    partner: 'Aan',
    kind: 'Wat voor bericht',
    subject: 'Onderwerp',
    body: 'Bericht',
    until: 'Antwoorden kan tot en met',
    send: 'Versturen',
    sent: 'Het bericht gaat naar {name}.',
    list: 'Verstuurd',
    none: 'Er is nog niets verstuurd.',
    again: 'Nog eens versturen',
    sent_again: 'Het gaat nog eens naar {name}.',
    counts: 'Deze maand',
    who: 'Partner',
    what: 'Soort',
    out: 'Verstuurd',
    answered: 'Beantwoord',
    not_taken: 'Niet aangenomen',
    received: 'Ontvangen',
    stopped: 'Gestopt',
  },
  en: {
    title: 'Messages sent',
    lead: 'What your company wrote to partners. A message goes only to who gave a grant for it.',
    write: 'Write a message',
    partner: 'To',
    kind: 'Kind of message',
    subject: 'Subject',
    body: 'Message',
    until: 'Can be answered until',
    send: 'Send',
    sent: 'The message goes to {name}.',
    list: 'Sent',
    none: 'Nothing was sent yet.',
    again: 'Send once more',
    sent_again: 'It goes to {name} once more.',
    counts: 'This month',
    who: 'Partner',
    what: 'Kind',
    out: 'Sent',
    answered: 'Answered',
    not_taken: 'Not taken',
    received: 'Received',
    stopped: 'Stopped',
  },
})

const kinds = ['product_news', 'purchasing_question'] as const

/** What we wrote to partners, whether it arrived, and what they answered. */
export default function Sent() {
  const say = useWords(texts)
  const tell = useTell()
  const list = useList('messages.sent', { limit: 50 })
  const again = useChange('messages.resend', ['messages.'])
  return (
    <Page title={say('title')} lead={say('lead')}>
      <Section title={say('write')}>
        <Write />
      </Section>
      <Section title={say('list')}>
        {again.error && <Failure error={again.error} />}
        <Loaded of={list}>
          {list.items?.length === 0 && <Text c="dimmed">{say('none')}</Text>}
          {list.items?.map((message) => (
            <MessageCard key={message.id} message={message} isOurs>
              {message.state === 'undeliverable' && (
                <Button
                  variant="default"
                  w="fit-content"
                  aria-label={`${say('again')}: ${message.subject}`}
                  loading={again.isPending && again.variables?.id === message.id}
                  onClick={() =>
                    again.mutate(
                      { id: message.id },
                      { onSuccess: () => tell({ text: say('sent_again', message.partner) }) },
                    )
                  }
                >
                  {say('again')}
                </Button>
              )}
            </MessageCard>
          ))}
          <More list={list} />
        </Loaded>
      </Section>
      <Counts />
    </Page>
  )
}

function Write() {
  const say = useWords(texts)
  const sayMessage = useWords(messageWords)
  const tell = useTell()
  const send = useChange('messages.send', ['messages.'])
  const empty = { partner: '', kind: 'product_news', subject: '', body: '', until: '' }
  const [typed, type, forget] = useTyped('message to a partner', empty)
  const partners = usePartners(typed.partner)
  return (
    <Paper
      component="form"
      withBorder
      p="md"
      radius="md"
      className="no-print"
      onSubmit={(event) => {
        event.preventDefault()
        const kind = kinds.find((one) => one === typed.kind) ?? 'product_news'
        const { subject, body, until } = typed
        send.mutate(
          { partner: partners.reference, kind, subject, body, ...(until !== '' && { until }) },
          {
            onSuccess: ({ partner }) => {
              type(empty)
              forget()
              tell({ text: say('sent', partner) })
            },
          },
        )
      }}
    >
      <Stack gap="sm" align="flex-start">
        <PartnerInput
          label={say('partner')}
          value={typed.partner}
          of={partners}
          onChange={(partner) => type({ partner })}
        />
        <NativeSelect
          label={say('kind')}
          value={typed.kind}
          data={kinds.map((value) => ({ value, label: sayMessage(value) }))}
          onChange={({ currentTarget: { value } }) => type({ kind: value })}
        />
        <TextInput
          label={say('subject')}
          required
          maxLength={200}
          w="100%"
          value={typed.subject}
          onChange={({ currentTarget: { value } }) => type({ subject: value })}
        />
        <Textarea
          label={say('body')}
          required
          autosize
          minRows={4}
          w="100%"
          value={typed.body}
          onChange={({ currentTarget: { value } }) => type({ body: value })}
        />
        <TextInput
          type="date"
          label={say('until')}
          value={typed.until}
          onChange={({ currentTarget: { value } }) => type({ until: value })}
        />
        {send.error && <Failure error={send.error} />}
        <Button type="submit" loading={send.isPending}>
          {say('send')}
        </Button>
      </Stack>
    </Paper>
  )
}

function Counts() {
  const say = useWords(texts)
  const sayMessage = useWords(messageWords)
  const { number } = useFormats()
  const counts = useRead('messages.counts', {})
  const columns = ['out', 'answered', 'not_taken', 'received', 'stopped'] as const
  if (counts.data?.items.length === 0) return null
  return (
    <Section title={say('counts')}>
      <Loaded of={counts}>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a table that scrolls is scrolled by keyboard too */}
        <section className="scrolls" tabIndex={0} aria-label={say('who')}>
          <Table striped withTableBorder>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{say('who')}</Table.Th>
                <Table.Th>{say('what')}</Table.Th>
                {columns.map((column) => (
                  <Table.Th key={column}>{say(column)}</Table.Th>
                ))}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {counts.data?.items.map((one) => (
                <Table.Tr key={`${one.partner} ${one.kind}`}>
                  <Table.Th scope="row" className="breakable">
                    {one.partner_name ?? one.partner}
                  </Table.Th>
                  <Table.Td>{sayMessage(one.kind)}</Table.Td>
                  {columns.map((column) => (
                    <Table.Td key={column}>{number(one[column === 'out' ? 'sent' : column])}</Table.Td>
                  ))}
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </section>
      </Loaded>
    </Section>
  )
}
