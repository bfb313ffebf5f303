import { Badge, Button, Group, Paper, Select, Stack, Text, Textarea, TextInput } from '@mantine/core'
import { useParams } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import type { Output } from '../../api/call'
import { useChange, useRead } from '../../api/hooks'
import { Confirm } from '../../ui/confirm'
import { TextLink } from '../../ui/link'
import { Fact, Facts, Failure, Loaded, Page, Section } from '../../ui/page'
import { useTell } from '../../ui/told'
import { caseWords } from '../../words/cases'
import { useFormats, useWords, words } from '../../words/words'

type Invited = Output<'invited.show'>
type Order = Invited['orders'][number]

const texts = words({
  nl: {
    title: 'Uitgenodigde organisatie',
    state: 'Stand',
    kvk: 'KVK-nummer',
    website: 'Website',
    contact: 'Contactpersoon',
    links: 'Links verstuurd',
    link_until: 'Link werkt tot en met',
    choice: 'Keuze',
    own_node: 'eigen omgeving',
    hosted: 'omgeving bij ons',
    decline: 'ziet ervan af',
    to_case: 'Naar de aanmelding',
    change: 'Iemand anders aanschrijven',
    change_title: 'Wie schrijven wij voortaan aan?',
    change_text: 'De vorige link opent niets meer. Er gaat een nieuwe link naar deze persoon.',
    name: 'Naam',
    email: 'E-mailadres',
    phone: 'Telefoonnummer (mag leeg blijven)',
    language: 'Taal',
    nl: 'Nederlands',
    en: 'Engels',
    changed: '{name} krijgt een nieuwe link.',
    resend: 'Nieuwe link sturen',
    resend_title: 'Een nieuwe link sturen naar {name}?',
    resend_text: 'De vorige link opent niets meer.',
    resent: 'Er is een nieuwe link onderweg naar {name}.',
    order: 'Opdracht van {name}',
    why: 'Waarom',
    read: 'Berichten lezen',
    read_count: 'Berichten lezen ({count} nieuw)',
    no_messages: 'Nog geen berichten.',
    inviter: 'uitnodiger',
    servicedesk: 'servicedesk',
    write: 'Bericht aan {name}',
    send: 'Versturen',
    all: 'Alle uitgenodigde organisaties',
  },
  en: {
    title: 'Invited organisation',
    state: 'State',
    kvk: 'KVK number',
    website: 'Website',
    contact: 'Contact',
    links: 'Links sent',
    link_until: 'Link works until',
    choice: 'Choice',
    own_node: 'a node of its own',
    hosted: 'a node with us',
    decline: 'declines',
    to_case: 'To the registration',
    change: 'Write to somebody else',
    change_title: 'Whom do we write to from now on?',
    change_text: 'The link before opens nothing any more. A new one goes to this person.',
    name: 'Name',
    email: 'E-mail address',
    phone: 'Telephone number (may stay empty)',
    language: 'Language',
    nl: 'Dutch',
    en: 'English',
    changed: '{name} gets a new link.',
    resend: 'Send a new link',
    resend_title: 'Send a new link to {name}?',
    resend_text: 'The link before opens nothing any more.',
    resent: 'A new link is on its way to {name}.',
    order: 'Order of {name}',
    why: 'Why',
    read: 'Read the messages',
    read_count: 'Read the messages ({count} new)',
    no_messages: 'No messages yet.',
    inviter: 'inviter',
    servicedesk: 'servicedesk',
    write: 'Message to {name}',
    send: 'Send',
    all: 'All invited organisations',
  },
})

/** One invited organisation, and each company that invited it. */
export default function InvitedOne() {
  const say = useWords(texts)
  const { id } = useParams({ from: '/inside/desk/invited/$id' })
  const found = useRead('invited.show', { id })
  return (
    <Page title={found.data?.organisation.name ?? say('title')}>
      <Loaded of={found}>{found.data && <Shown one={found.data} />}</Loaded>
      <TextLink to="/desk/invited">{say('all')}</TextLink>
    </Page>
  )
}

const open = ['submitted', 'investigating', 'stalled', 'accepted', 'policy_pending']

function Shown({ one }: { readonly one: Invited }) {
  const say = useWords(texts)
  const sayCase = useWords(caseWords)
  const { day } = useFormats()
  const [asking, ask] = useState<'contact' | 'link' | null>(null)
  const { contact, organisation } = one
  return (
    <>
      <Paper withBorder p="lg" radius="md">
        <Facts>
          <Fact name={say('state')}>
            <Badge variant="light">{sayCase(one.state)}</Badge>
          </Fact>
          {organisation.kvk_number && <Fact name={say('kvk')}>{organisation.kvk_number}</Fact>}
          {organisation.website && (
            <Fact name={say('website')}>
              <span className="breakable">{organisation.website}</span>
            </Fact>
          )}
          <Fact name={say('contact')}>
            <span className="breakable">
              {[contact.name, contact.email, contact.phone].filter(Boolean).join(', ')}
            </span>
          </Fact>
          <Fact name={say('links')}>{one.links_sent}</Fact>
          {one.link_until !== null && <Fact name={say('link_until')}>{day(one.link_until)}</Fact>}
          {one.choice !== null && <Fact name={say('choice')}>{say(one.choice)}</Fact>}
        </Facts>
        <Group mt="md" className="no-print">
          {open.includes(one.state) && (
            <>
              <Button variant="default" onClick={() => ask('contact')}>
                {say('change')}
              </Button>
              <Button variant="default" onClick={() => ask('link')}>
                {say('resend')}
              </Button>
            </>
          )}
          {one.case !== null && (
            <TextLink to="/desk/$id" params={{ id: one.case }}>
              {say('to_case')}
            </TextLink>
          )}
        </Group>
      </Paper>
      {one.orders.map((order) => (
        <Talk key={order.id} order={order} />
      ))}
      {asking === 'contact' && <Contact one={one} onClose={() => ask(null)} />}
      {asking === 'link' && <Link one={one} onClose={() => ask(null)} />}
    </>
  )
}

interface Asked {
  readonly one: Invited
  readonly onClose: () => void
}

function Link({ one: { id, version, contact }, onClose }: Asked) {
  const say = useWords(texts)
  const tell = useTell()
  const resend = useChange('invited.resend', ['invited.'])
  const { name } = contact
  return (
    <Confirm
      title={say('resend_title', { name })}
      text={say('resend_text')}
      sure={say('resend')}
      isHarmless
      error={resend.error}
      busy={resend.isPending}
      onClose={onClose}
      onSure={() =>
        resend.mutate(
          { id, ifMatch: version },
          {
            onSuccess: () => {
              onClose()
              tell({ text: say('resent', { name }) })
            },
          },
        )
      }
    />
  )
}

function Contact({ one: { id, version, contact }, onClose }: Asked) {
  const say = useWords(texts)
  const tell = useTell()
  const change = useChange('invited.contact', ['invited.', 'registrations.'])
  const [typed, setTyped] = useState({ name: '', email: '', phone: '' })
  const [language, setLanguage] = useState<'nl' | 'en'>(contact.language)
  const name = typed.name.trim()
  const email = typed.email.trim()
  const phone = typed.phone.trim()
  return (
    <Confirm
      title={say('change_title')}
      text={say('change_text')}
      sure={say('change')}
      isHarmless
      isReady={name !== '' && email !== ''}
      error={change.error}
      busy={change.isPending}
      onClose={onClose}
      onSure={() =>
        change.mutate(
          { id, name, email, language, ...(phone !== '' && { phone }), ifMatch: version },
          {
            onSuccess: () => {
              onClose()
              tell({ text: say('changed', { name }) })
            },
          },
        )
      }
    >
      {(['name', 'email', 'phone'] as const).map((field) => (
        <TextInput
          key={field}
          label={say(field)}
          required={field !== 'phone'}
          type={{ name: 'text', email: 'email', phone: 'tel' }[field]}
          value={typed[field]}
          onChange={({ currentTarget: { value } }) => setTyped((before) => ({ ...before, [field]: value }))}
        />
      ))}
      <Select
        label={say('language')}
        allowDeselect={false}
        value={language}
        onChange={(value) => setLanguage(value === 'en' ? 'en' : 'nl')}
        data={(['nl', 'en'] as const).map((value) => ({ value, label: say(value) }))}
      />
    </Confirm>
  )
}

/** What is written with one inviter; others see nothing of it. Reading marks it as read, so she asks for it. */
function Talk({ order }: { readonly order: Order }) {
  const say = useWords(texts)
  const { moment } = useFormats()
  const read = useChange('invitation-orders.read', ['invited.'])
  const write = useChange('invitation-orders.message', ['invited.'])
  const [text, setText] = useState('')
  const name = order.inviter.name ?? order.inviter.did
  const messages = write.data?.items ?? read.data?.items
  const send = (event: FormEvent) => {
    event.preventDefault()
    write.mutate({ id: order.id, body: text.trim() }, { onSuccess: () => setText('') })
  }
  const error = read.error ?? write.error
  return (
    <Section title={say('order', { name })}>
      {order.why !== null && (
        <Facts>
          <Fact name={say('why')}>
            <span className="breakable">{order.why}</span>
          </Fact>
        </Facts>
      )}
      {error && <Failure error={error} />}
      {messages === undefined ? (
        <Group className="no-print">
          <Button variant="default" loading={read.isPending} onClick={() => read.mutate({ id: order.id })}>
            {order.unread > 0 ? say('read_count', { count: order.unread }) : say('read')}
          </Button>
        </Group>
      ) : (
        <Stack gap="xs" role="status">
          {messages.length === 0 && <Text c="dimmed">{say('no_messages')}</Text>}
          {messages.map((message) => (
            <Text key={`${message.at} ${message.side}`} size="sm" className="breakable">
              <span className="dimmed">
                {moment(message.at)} {say(message.side)}
              </span>{' '}
              {message.body}
            </Text>
          ))}
        </Stack>
      )}
      <form onSubmit={send} className="no-print">
        <Group align="flex-end">
          <Textarea
            label={say('write', { name })}
            autosize
            maxLength={4000}
            flex="1 1 16rem"
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
          />
          <Button type="submit" variant="default" disabled={text.trim() === ''} loading={write.isPending}>
            {say('send')}
          </Button>
        </Group>
      </form>
    </Section>
  )
}
