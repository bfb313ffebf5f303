import { Button, Group, NativeSelect, NumberInput, Radio, Stack, Text, Textarea } from '@mantine/core'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { useChange, useList } from '../../api/hooks'
import { Confirm } from '../../ui/confirm'
import { TextLink } from '../../ui/link'
import { Empty, Failure, Loaded, More, Page } from '../../ui/page'
import { useTell } from '../../ui/told'
import { useTyped } from '../../ui/typed'
import { messageWords } from '../../words/messages'
import { useWords, words } from '../../words/words'
import { type Message, MessageCard } from './message-card'

const texts = words({
  nl: {
    title: 'Berichten aan u',
    lead: 'Van partners die u daar toestemming voor gaf. U kunt ze altijd stoppen.',
    none: 'U hebt geen berichten.',
    grants: 'Wat u deelt en toestaat',
    show: 'Toon',
    all: 'alle berichten',
    answer: 'Antwoorden',
    answer_title: 'Antwoord aan {name}',
    answer_text: 'U antwoordt één keer; {name} leest uw antwoord.',
    choice: 'Komt u?',
    body: 'Uw antwoord',
    answered: 'Uw antwoord gaat naar {name}.',
    again: 'Nog eens versturen',
    sent_again: 'Uw antwoord gaat nog eens naar {name}.',
    stop: 'Stoppen',
    stop_title: 'Geen {kind} meer van {name}?',
    stop_text: 'Het werkt meteen. {name} hoort dat u dit niet meer wilt.',
    stopped: 'U krijgt dit niet meer van {name}.',
    fewer: 'Minder vaak',
    fewer_title: 'Hoeveel per maand van {name}?',
    most: 'Hoogstens per maand',
    limited: 'U krijgt er hoogstens {most} per maand.',
  },
  en: {
    title: 'Messages to you',
    lead: 'From partners to whom you gave a grant for it. You can stop them at any time.',
    none: 'You have no messages.',
    grants: 'What you share and allow',
    show: 'Show',
    all: 'all messages',
    answer: 'Answer',
    answer_title: 'Answer to {name}',
    answer_text: 'You answer once; {name} reads your answer.',
    choice: 'Do you come?',
    body: 'Your answer',
    answered: 'Your answer goes to {name}.',
    again: 'Send once more',
    sent_again: 'Your answer goes to {name} once more.',
    stop: 'Stop',
    stop_title: 'No more {kind} from {name}?',
    stop_text: 'It works at once. {name} hears that you do not want this any more.',
    stopped: 'You get this from {name} no more.',
    fewer: 'Less often',
    fewer_title: 'How many a month from {name}?',
    most: 'At most a month',
    limited: 'You get at most {most} a month.',
  },
})

const kinds = ['product_news', 'call_up', 'purchasing_question'] as const
const choices = ['yes', 'no', 'maybe'] as const

/** What partners wrote to her, and what she answers. */
export default function Received() {
  const say = useWords(texts)
  const sayMessage = useWords(messageWords)
  const tell = useTell()
  const navigate = useNavigate()
  const search = useSearch({ from: '/inside/messages' })
  const kind = kinds.find((one) => one === search.kind)
  const list = useList('messages.list', { limit: 50, ...(kind && { kind }) })
  const again = useChange('messages.resend', ['messages.'])
  const [dialog, open] = useState<{ what: 'answer' | 'stop' | 'fewer'; message: Message } | null>(null)
  const close = () => open(null)
  return (
    <Page title={say('title')} lead={say('lead')}>
      <NativeSelect
        className="no-print"
        label={say('show')}
        maw={300}
        value={kind ?? ''}
        data={[
          { value: '', label: say('all') },
          ...kinds.map((value) => ({ value, label: sayMessage(value) })),
        ]}
        onChange={({ currentTarget: { value } }) =>
          navigate({ to: '/messages', search: { kind: value || undefined }, replace: true })
        }
      />
      {again.error && <Failure error={again.error} />}
      <Loaded of={list}>
        {list.items?.length === 0 && (
          <Empty action={<TextLink to="/grants">{say('grants')}</TextLink>}>{say('none')}</Empty>
        )}
        <Stack gap="sm">
          {list.items?.map((message) => {
            const { id, partner, answer, outcome } = message
            const label = (what: 'answer' | 'again' | 'stop' | 'fewer') => `${say(what)}: ${message.subject}`
            return (
              <MessageCard key={id} message={message}>
                <Group gap="xs" className="no-print">
                  {!answer && outcome === null && (
                    <Button aria-label={label('answer')} onClick={() => open({ what: 'answer', message })}>
                      {say('answer')}
                    </Button>
                  )}
                  {answer?.state === 'undeliverable' && (
                    <Button
                      variant="default"
                      aria-label={label('again')}
                      loading={again.isPending && again.variables?.id === answer.id}
                      onClick={() =>
                        again.mutate(
                          { id: answer.id },
                          { onSuccess: () => tell({ text: say('sent_again', { name: partner.name }) }) },
                        )
                      }
                    >
                      {say('again')}
                    </Button>
                  )}
                  <Button
                    variant="subtle"
                    aria-label={label('fewer')}
                    onClick={() => open({ what: 'fewer', message })}
                  >
                    {say('fewer')}
                  </Button>
                  <Button
                    variant="subtle"
                    color="red"
                    aria-label={label('stop')}
                    onClick={() => open({ what: 'stop', message })}
                  >
                    {say('stop')}
                  </Button>
                </Group>
              </MessageCard>
            )
          })}
        </Stack>
        <More list={list} />
      </Loaded>
      {dialog?.what === 'answer' && <Answer message={dialog.message} onClose={close} />}
      {dialog?.what === 'stop' && <Stop message={dialog.message} onClose={close} />}
      {dialog?.what === 'fewer' && <Fewer message={dialog.message} onClose={close} />}
    </Page>
  )
}

interface Dialog {
  readonly message: Message
  readonly onClose: () => void
}

function Answer({ message: { id, kind, partner }, onClose }: Dialog) {
  const say = useWords(texts)
  const sayMessage = useWords(messageWords)
  const tell = useTell()
  const answer = useChange('messages.answer', ['messages.'])
  const [typed, type, forget] = useTyped(`answer to ${id}`, { body: '', choice: '' })
  const choice = choices.find((one) => one === typed.choice)
  const isCallUp = kind === 'call_up'
  return (
    <Confirm
      title={say('answer_title', partner)}
      text={say('answer_text', partner)}
      sure={say('answer')}
      isHarmless
      isReady={typed.body.trim() !== '' && (!isCallUp || choice !== undefined)}
      error={answer.error}
      busy={answer.isPending}
      onClose={onClose}
      onSure={() =>
        answer.mutate(
          { id, body: typed.body, ...(isCallUp && choice && { choice }) },
          {
            onSuccess: () => {
              forget()
              onClose()
              tell({ text: say('answered', partner) })
            },
          },
        )
      }
    >
      {isCallUp && (
        <Radio.Group label={say('choice')} value={typed.choice} onChange={(value) => type({ choice: value })}>
          <Group mt={4}>
            {choices.map((value) => (
              <Radio key={value} value={value} label={sayMessage(value)} />
            ))}
          </Group>
        </Radio.Group>
      )}
      <Textarea
        label={say('body')}
        required
        autosize
        minRows={3}
        value={typed.body}
        onChange={({ currentTarget: { value } }) => type({ body: value })}
      />
    </Confirm>
  )
}

function Stop({ message: { kind, partner }, onClose }: Dialog) {
  const say = useWords(texts)
  const sayMessage = useWords(messageWords)
  const tell = useTell()
  const stop = useChange('messages.stop', ['messages.'])
  return (
    <Confirm
      title={say('stop_title', { name: partner.name, kind: sayMessage(kind) })}
      text={say('stop_text', partner)}
      sure={say('stop')}
      error={stop.error}
      busy={stop.isPending}
      onClose={onClose}
      onSure={() =>
        stop.mutate(
          { partner: partner.did, kind },
          {
            onSuccess: () => {
              onClose()
              tell({ text: say('stopped', partner) })
            },
          },
        )
      }
    />
  )
}

function Fewer({ message: { grant, kind, partner }, onClose }: Dialog) {
  const say = useWords(texts)
  const tell = useTell()
  const limit = useChange('messages.limit', ['messages.'])
  const [most, setMost] = useState<number | string>(1)
  const isReady = typeof most === 'number' && Number.isInteger(most) && most >= 0
  return (
    <Confirm
      title={say('fewer_title', partner)}
      sure={say('fewer')}
      isHarmless
      isReady={isReady}
      error={limit.error}
      busy={limit.isPending}
      onClose={onClose}
      onSure={() =>
        limit.mutate(
          { grant, kind, most: Number(most) },
          {
            onSuccess: (set) => {
              onClose()
              tell({ text: say('limited', { most: set.most }) })
            },
          },
        )
      }
    >
      <NumberInput label={say('most')} min={0} max={1000} value={most} onChange={setMost} required />
      <Text size="sm" c="dimmed">
        {partner.name}
      </Text>
    </Confirm>
  )
}
