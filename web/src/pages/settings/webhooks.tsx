import { Badge, Button, Checkbox, Group, Modal, Paper, Stack, Text, TextInput, Title } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import type { Input, Output } from '../../api/call'
import { type Item, useChange, useList, useRead } from '../../api/hooks'
import { Confirm } from '../../ui/confirm'
import { Empty, Failure, Loaded, More, Page } from '../../ui/page'
import { ShownOnce } from '../../ui/shown-once'
import { useTell } from '../../ui/told'
import { common } from '../../words/common'
import { useFormats, useWords, words } from '../../words/words'

const texts = words({
  nl: {
    title: 'Webhooks',
    lead: 'Uw eigen systemen krijgen een seintje als er iets verandert. Er gaat nooit een gegeven zelf mee.',
    empty: 'Er wordt nog geen systeem geseind.',
    add: 'Webhook toevoegen',
    url: 'Adres van uw systeem',
    url_help: 'Een https-adres',
    about: 'Waarover?',
    about_help: 'Kiest u niets, dan krijgt het systeem alles',
    all: 'alles',
    disabled: 'staat uit: het systeem zei dat het er niet meer is',
    waiting: '{count, plural, one {# seintje onderweg} other {# seintjes onderweg}}',
    rotating: 'het oude geheim werkt nog tot {moment}',
    enable: 'Weer aanzetten',
    test: 'Proberen',
    tested: 'Er is een proefseintje verstuurd.',
    rotate: 'Nieuw geheim',
    rotate_title: 'Een nieuw geheim voor {name}?',
    rotate_text: 'Het oude geheim werkt nog 24 uur, zodat u het in uw systeem kunt vervangen.',
    remove: 'Verwijderen',
    remove_title: '{name} niet meer seinen?',
    remove_text: 'Wat nog onderweg is, wordt niet meer verstuurd. Dit kan niet ongedaan worden gemaakt.',
    removed: 'De webhook is verwijderd.',
    for_name: '{what}: {name}',
    secret_title: 'Het geheim van {name}',
    secret_text:
      'Zet het in het systeem dat geseind wordt: daarmee ziet het dat een seintje echt van u komt.',
    log: 'Verstuurd',
    log_empty: 'Er is nog niets verstuurd.',
    pending: 'onderweg',
    delivered: 'aangekomen',
    dead: 'opgegeven',
    cancelled: 'vervallen',
    tries: '{count, plural, one {# poging} other {# pogingen}}',
    answered: 'antwoordde {status}',
    no_answer: 'geen antwoord',
    resend: 'Opnieuw versturen',
    resent: 'Het wordt opnieuw verstuurd.',
  },
  en: {
    title: 'Webhooks',
    lead: 'Your own systems hear it when something changes. The data themselves never go along.',
    empty: 'No system is called yet.',
    add: 'Add a webhook',
    url: 'Address of your system',
    url_help: 'An https address',
    about: 'About what?',
    about_help: 'Where you choose nothing, the system hears everything',
    all: 'everything',
    disabled: 'is off: the system said that it is gone',
    waiting: '{count, plural, one {# call on its way} other {# calls on their way}}',
    rotating: 'the old secret works until {moment}',
    enable: 'Switch on again',
    test: 'Try it',
    tested: 'A trial was sent.',
    rotate: 'New secret',
    rotate_title: 'A new secret for {name}?',
    rotate_text: 'The old secret works for another 24 hours, so that you can replace it in your system.',
    remove: 'Remove',
    remove_title: 'Call {name} no more?',
    remove_text: 'What is on its way is not sent any more. It cannot be undone.',
    removed: 'The webhook was removed.',
    for_name: '{what}: {name}',
    secret_title: 'The secret of {name}',
    secret_text: 'Put it in the system that is called: with it that sees that a call really is yours.',
    log: 'Sent',
    log_empty: 'Nothing was sent yet.',
    pending: 'on its way',
    delivered: 'arrived',
    dead: 'given up',
    cancelled: 'cancelled',
    tries: '{count, plural, one {# try} other {# tries}}',
    answered: 'answered {status}',
    no_answer: 'no answer',
    resend: 'Send again',
    resent: 'It is being sent again.',
  },
})

/** What events are about, by the second part of their type. */
const subjects = words({
  nl: {
    partner: 'gegevens van partners',
    source_notice: 'mensen die over hun gegevens geïnformeerd moeten worden',
    breach: 'datalekken',
    message: 'berichten',
    access: 'verzoeken en toestemmingen',
    rights: 'verzoeken over privacy',
    verification: 'antwoorden van wallets',
    training: 'opleiding',
    recheck: 'het handelsregister',
    invitation: 'uitnodigingen',
    agreement: 'overeenkomsten',
    secret: 'bedrijfsgeheimen',
    mail: 'e-mail die niet aankomt',
    webhook: 'proef',
  },
  en: {
    partner: 'data of partners',
    source_notice: 'people who must be told about their data',
    breach: 'data breaches',
    message: 'messages',
    access: 'requests and grants',
    rights: 'requests about privacy',
    verification: 'answers of wallets',
    training: 'training',
    recheck: 'the trade register',
    invitation: 'invitations',
    agreement: 'agreements',
    secret: 'trade secrets',
    mail: 'mail that does not arrive',
    webhook: 'trial',
  },
})
type Subject = keyof (typeof subjects)['nl']
type EventType = NonNullable<Input<'webhooks.add'>['events']>[number]

const events: Readonly<Record<Exclude<Subject, 'webhook'>, readonly EventType[]>> = {
  partner: [
    'nl.regie.partner.value_read',
    'nl.regie.partner.value_changed',
    'nl.regie.partner.outdated',
    'nl.regie.partner.bounced',
    'nl.regie.partner.difference',
    'nl.regie.partner.value_withdrawn',
  ],
  access: ['nl.regie.access.waiting', 'nl.regie.access.expiring'],
  message: ['nl.regie.message.received', 'nl.regie.message.answered'],
  invitation: ['nl.regie.invitation.moved', 'nl.regie.invitation.stalled', 'nl.regie.invitation.message'],
  agreement: ['nl.regie.agreement.law_changed'],
  secret: [
    'nl.regie.secret.received',
    'nl.regie.secret.share_ended',
    'nl.regie.secret.share_settled',
    'nl.regie.secret.settlement_overdue',
  ],
  rights: ['nl.regie.rights.request_due', 'nl.regie.rights.request_overdue'],
  source_notice: [
    'nl.regie.source_notice.made',
    'nl.regie.source_notice.due',
    'nl.regie.source_notice.overdue',
  ],
  breach: ['nl.regie.breach.opened', 'nl.regie.breach.deadline_near', 'nl.regie.breach.overdue'],
  verification: ['nl.regie.verification.finished'],
  training: ['nl.regie.training.expiring'],
  recheck: ['nl.regie.recheck.difference'],
  mail: ['nl.regie.mail.bounced'],
}
const isSubject = (name: string): name is Subject => Object.hasOwn(subjects.nl, name)
const choices = Object.keys(events) as (keyof typeof events)[]

/** `nl.regie.breach.opened` is about breaches. */
function useSubject() {
  const say = useWords(subjects)
  return (type: string) => {
    const name = type.split('.')[2] ?? ''
    return isSubject(name) ? say(name) : name
  }
}

const hostOf = (url: string) => (URL.canParse(url) ? new URL(url).host : url)
type Webhook = Output<'webhooks.list'>['items'][number]
type Secret = Output<'webhooks.add'>

export default function WebhookSettings() {
  const say = useWords(texts)
  const tell = useTell()
  const list = useRead('webhooks.list', {})
  const remove = useChange('webhooks.remove', ['webhooks.'])
  const rotate = useChange('webhooks.rotate', ['webhooks.'])
  const [isAdding, setAdding] = useState(false)
  const [asked, setAsked] = useState<{ what: 'remove' | 'rotate'; one: Webhook } | null>(null)
  const [made, setMade] = useState<Secret | null>(null)
  const add = <Button onClick={() => setAdding(true)}>{say('add')}</Button>
  const items = list.data?.items
  const change = asked?.what === 'remove' ? remove : rotate
  const sure = () => {
    if (asked?.what === 'rotate') return rotate.mutate({ id: asked.one.id }, { onSuccess: (it) => done(it) })
    if (asked) remove.mutate({ id: asked.one.id }, { onSuccess: () => done(null) })
  }
  const done = (secret: Secret | null) => {
    setAsked(null)
    setMade(secret)
    if (!secret) tell({ text: say('removed') })
  }
  return (
    <Page title={say('title')} lead={say('lead')} actions={items?.length !== 0 && add}>
      {made && (
        <ShownOnce
          title={say('secret_title', { name: hostOf(made.url) })}
          text={say('secret_text')}
          value={made.secret}
        />
      )}
      <Loaded of={list}>
        {items?.length === 0 && <Empty action={add}>{say('empty')}</Empty>}
        <Stack gap="sm">
          {items?.map((one) => (
            <OneWebhook key={one.id} one={one} onAsk={(what) => setAsked({ what, one })} />
          ))}
        </Stack>
        {items && items.length > 0 && <Deliveries />}
      </Loaded>
      {isAdding && (
        <NewWebhook
          onClose={() => setAdding(false)}
          onMade={(webhook) => {
            setAdding(false)
            setMade(webhook)
          }}
        />
      )}
      {asked && (
        <Confirm
          title={say(`${asked.what}_title`, { name: hostOf(asked.one.url) })}
          text={say(`${asked.what}_text`)}
          sure={say(asked.what)}
          error={change.error}
          busy={change.isPending}
          onClose={() => setAsked(null)}
          onSure={sure}
        />
      )}
    </Page>
  )
}

function OneWebhook({
  one,
  onAsk,
}: {
  readonly one: Webhook
  readonly onAsk: (what: 'remove' | 'rotate') => void
}) {
  const say = useWords(texts)
  const { moment } = useFormats()
  const tell = useTell()
  const subject = useSubject()
  const test = useChange('webhooks.test', ['webhooks.'])
  const enable = useChange('webhooks.enable', ['webhooks.'])
  const about = one.events.length === 0 ? say('all') : [...new Set(one.events.map(subject))].join(' · ')
  const label = (what: string) => say('for_name', { what, name: hostOf(one.url) })
  return (
    <Paper withBorder p="md" radius="md">
      <Stack gap="xs">
        <div>
          <Text fw={600} className="breakable">
            {one.url}
          </Text>
          <Text size="sm">{about}</Text>
          <Text size="sm" c="dimmed">
            {[
              ...(one.state === 'disabled' ? [say('disabled')] : []),
              ...(one.waiting > 0 ? [say('waiting', { count: one.waiting })] : []),
              ...(one.rotating_until ? [say('rotating', { moment: moment(one.rotating_until) })] : []),
            ].join(' · ')}
          </Text>
        </div>
        {(test.error ?? enable.error) && <Failure error={test.error ?? enable.error} />}
        <Group gap="xs">
          {one.state === 'disabled' && (
            <Button size="xs" onClick={() => enable.mutate({ id: one.id })} loading={enable.isPending}>
              {say('enable')}
            </Button>
          )}
          <Button
            size="xs"
            variant="default"
            aria-label={label(say('test'))}
            loading={test.isPending}
            onClick={() => test.mutate({ id: one.id }, { onSuccess: () => tell({ text: say('tested') }) })}
          >
            {say('test')}
          </Button>
          <Button
            size="xs"
            variant="default"
            aria-label={label(say('rotate'))}
            onClick={() => onAsk('rotate')}
          >
            {say('rotate')}
          </Button>
          <Button
            size="xs"
            variant="light"
            color="red"
            aria-label={label(say('remove'))}
            onClick={() => onAsk('remove')}
          >
            {say('remove')}
          </Button>
        </Group>
      </Stack>
    </Paper>
  )
}

function Deliveries() {
  const say = useWords(texts)
  const list = useList('webhooks.deliveries', { limit: 20 })
  return (
    <Stack component="section" gap="sm">
      <Title order={2} size="h3">
        {say('log')}
      </Title>
      <Loaded of={list}>
        {list.items?.length === 0 && <Empty>{say('log_empty')}</Empty>}
        {list.items?.map((one) => (
          <OneDelivery key={one.id} one={one} />
        ))}
      </Loaded>
      <More list={list} />
    </Stack>
  )
}

const colors = { pending: 'gray', delivered: 'regie', dead: 'red', cancelled: 'gray' } as const

function OneDelivery({ one }: { readonly one: Item<'webhooks.deliveries'> }) {
  const say = useWords(texts)
  const { moment } = useFormats()
  const tell = useTell()
  const subject = useSubject()
  const resend = useChange('webhooks.resend', ['webhooks.'])
  const answer =
    one.last_status !== null
      ? say('answered', { status: one.last_status })
      : one.last_error
        ? say('no_answer')
        : ''
  return (
    <Paper withBorder p="sm" radius="md">
      <Group justify="space-between">
        <div>
          <Group gap="xs">
            <Text>{subject(one.type)}</Text>
            <Badge variant="light" color={colors[one.state]}>
              {say(one.state)}
            </Badge>
          </Group>
          <Text size="sm" c="dimmed">
            {[
              moment(one.created_at),
              say('tries', { count: one.attempts }),
              ...(answer ? [answer] : []),
            ].join(' · ')}
          </Text>
          {resend.error && <Failure error={resend.error} />}
        </div>
        {one.state !== 'cancelled' && (
          <Button
            size="xs"
            variant="default"
            loading={resend.isPending}
            onClick={() =>
              resend.mutate({ delivery: one.id }, { onSuccess: () => tell({ text: say('resent') }) })
            }
          >
            {say('resend')}
          </Button>
        )}
      </Group>
    </Paper>
  )
}

function NewWebhook({
  onClose,
  onMade,
}: {
  readonly onClose: () => void
  readonly onMade: (webhook: Secret) => void
}) {
  const say = useWords(texts)
  const sayWhat = useWords(subjects)
  const shared = useWords(common)
  const add = useChange('webhooks.add', ['webhooks.'])
  const [url, setUrl] = useState('https://')
  const [chosen, setChosen] = useState<string[]>([])
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const wanted = choices.filter((one) => chosen.includes(one)).flatMap((one) => [...events[one]])
    add.mutate({ url, events: wanted }, { onSuccess: onMade })
  }
  return (
    <Modal
      opened
      onClose={onClose}
      title={say('add')}
      centered
      closeButtonProps={{ 'aria-label': shared('close') }}
    >
      <form onSubmit={submit}>
        <Stack gap="sm">
          {add.error && <Failure error={add.error} />}
          <TextInput
            label={say('url')}
            description={say('url_help')}
            type="url"
            value={url}
            onChange={(event) => setUrl(event.currentTarget.value)}
            required
            data-autofocus
          />
          <Checkbox.Group
            label={say('about')}
            description={say('about_help')}
            value={chosen}
            onChange={setChosen}
          >
            <Stack gap="xs" mt="xs">
              {choices.map((one) => (
                <Checkbox key={one} value={one} label={sayWhat(one)} />
              ))}
            </Stack>
          </Checkbox.Group>
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {shared('cancel')}
            </Button>
            <Button type="submit" loading={add.isPending}>
              {say('add')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
