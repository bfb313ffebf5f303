import {
  Badge,
  Button,
  Group,
  NativeSelect,
  Paper,
  SegmentedControl,
  Stack,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import type { Input, Output } from '../../api/call'
import { useChange, useList, useRead } from '../../api/hooks'
import { Confirm } from '../../ui/confirm'
import { Empty, Failure, Loaded, More, Page } from '../../ui/page'
import { useTell } from '../../ui/told'
import { rightsWords } from '../../words/rights'
import { useFormats, useWords, words } from '../../words/words'

const texts = words({
  nl: {
    title: 'Verzoeken over persoonsgegevens',
    lead: 'Wie om inzage, verbetering of wissen vraagt, krijgt binnen een maand antwoord.',
    which: 'Welke verzoeken',
    all: 'Alles',
    new: 'Nieuw',
    busy: 'Bezig',
    late: 'Te laat',
    empty: 'Er is geen verzoek.',
    add: 'Verzoek vastleggen',
    add_lead:
      'Voor een verzoek dat per brief, telefoon of e-mail kwam. De maand begint op de dag van ontvangst.',
    kind: 'Wat wordt er gevraagd?',
    of: 'Wie vraagt het?',
    of_person: 'Iemand met een account hier',
    of_partner: 'Een contactpersoon van een partner',
    person: 'Persoon',
    partner: 'Zoek de partner',
    found: 'Partner',
    choose: 'Kies…',
    channel: 'Hoe kwam het binnen?',
    day: 'Ontvangen op',
    identity: 'Hoe is vastgesteld wie dit vraagt?',
    identity_help: 'Bijvoorbeeld: teruggebeld op het bekende nummer. Bewaar geen kopie van een paspoort.',
    text: 'In eigen woorden',
    recorded: 'Het verzoek is vastgelegd.',
  },
  en: {
    title: 'Requests about personal data',
    lead: 'Whoever asks to see, correct or erase data gets an answer within a month.',
    which: 'Which requests',
    all: 'All',
    new: 'New',
    busy: 'Under way',
    late: 'Late',
    empty: 'There is no request.',
    add: 'Write down a request',
    add_lead: 'For a request that came by letter, telephone or e-mail. The month begins on the day it came.',
    kind: 'What is asked?',
    of: 'Who asks?',
    of_person: 'Somebody with an account here',
    of_partner: 'A contact person of a partner',
    person: 'Person',
    partner: 'Find the partner',
    found: 'Partner',
    choose: 'Choose…',
    channel: 'How did it come in?',
    day: 'Came in on',
    identity: 'How was it established who asks?',
    identity_help: 'Such as: called back on the number we know. Keep no copy of a passport.',
    text: 'In her own words',
    recorded: 'The request was written down.',
  },
})

const filters = ['all', 'new', 'busy', 'late'] as const
const kinds = ['access', 'portability', 'rectification', 'erasure', 'restriction', 'objection'] as const
const channels = ['letter', 'phone', 'email', 'in_person'] as const
const isOpen = (state: string): boolean => state === 'received' || state === 'in_progress'
const DAY_MS = 86_400_000

export default function RightsRequests() {
  const say = useWords(texts)
  const navigate = useNavigate()
  const { show = 'all' } = useSearch({ from: '/inside/privacy' })
  const chosen = filters.find((one) => one === show) ?? 'all'
  const list = useList('rights.inbox', {
    limit: 50,
    ...(chosen === 'new' && { state: 'received' as const }),
    ...(chosen === 'busy' && { state: 'in_progress' as const }),
    ...(chosen === 'late' && { overdue: true }),
  })
  const [isAdding, setAdding] = useState(false)
  const add = <Button onClick={() => setAdding(true)}>{say('add')}</Button>
  return (
    <Page title={say('title')} lead={say('lead')} actions={add}>
      <SegmentedControl
        className="no-print"
        transitionDuration={0}
        aria-label={say('which')}
        value={chosen}
        onChange={(value) =>
          navigate({ to: '/privacy', search: { show: value === 'all' ? undefined : value } })
        }
        data={filters.map((value) => ({ value, label: say(value) }))}
      />
      <Loaded of={list}>
        {list.items?.length === 0 && <Empty>{say('empty')}</Empty>}
        <Stack gap="sm">
          {list.items?.map((one) => (
            <Item key={one.id} one={one} />
          ))}
        </Stack>
        <More list={list} />
      </Loaded>
      {isAdding && <Record onClose={() => setAdding(false)} />}
    </Page>
  )
}

function Item({ one }: { readonly one: Output<'rights.inbox'>['items'][number] }) {
  const sayRight = useWords(rightsWords)
  const { day } = useFormats()
  return (
    <Paper
      withBorder
      p="md"
      radius="md"
      component={Link}
      to={`/privacy/requests/${one.id}`}
      className="card-link"
    >
      <Group justify="space-between" wrap="wrap" gap="xs">
        <Text fw={600} className="breakable" flex="1 1 12rem">
          {sayRight(one.kind)}: {one.subject.name ?? sayRight('nameless')}
        </Text>
        <Group gap="xs">
          {one.overdue && (
            <Badge color="red" variant="light">
              {sayRight('late')}
            </Badge>
          )}
          <Badge variant="light">{sayRight(one.state)}</Badge>
        </Group>
      </Group>
      <Text size="sm" c="dimmed">
        {[
          sayRight(one.channel),
          isOpen(one.state) && sayRight('due', { day: day(one.due_at) }),
          isOpen(one.state) && !one.overdue && sayRight('due_in', { days: daysUntil(one.due_at) }),
        ]
          .filter(Boolean)
          .join(' · ')}
      </Text>
    </Paper>
  )
}

const daysUntil = (iso: string): number =>
  Math.max(0, Math.floor((new Date(iso).getTime() - Date.now()) / DAY_MS))

type Kind = Input<'rights.record'>['kind']
type Channel = Input<'rights.record'>['channel']

/** A request that came otherwise than through the node. */
function Record({ onClose }: { readonly onClose: () => void }) {
  const say = useWords(texts)
  const sayRight = useWords(rightsWords)
  const tell = useTell()
  const record = useChange('rights.record', ['rights.'])
  const people = useRead('people.list', {})
  const [kind, setKind] = useState<Kind>('access')
  const [channel, setChannel] = useState<Channel>('letter')
  const [of, setOf] = useState<'person' | 'partner'>('person')
  const [whom, setWhom] = useState('')
  const [wanted, setWanted] = useState('')
  const partners = useRead('partners.list', { q: wanted.trim(), limit: 20 }, wanted.trim().length > 1)
  const [on, setOn] = useState('')
  const [identity, setIdentity] = useState('')
  const [text, setText] = useState('')
  const found =
    of === 'person'
      ? (people.data?.items ?? [])
          .filter(({ state }) => state !== 'erased')
          .map(({ id, name, account }) => ({ value: id, label: name || account }))
      : (partners.data?.items ?? []).map(({ id, name }) => ({ value: id, label: name }))
  const send = () =>
    record.mutate(
      {
        ...{ kind, channel, received_on: on, identity: identity.trim() },
        ...(of === 'person' ? { person: whom } : { partner: whom }),
        ...(text.trim() !== '' && { text: text.trim() }),
      },
      {
        onSuccess: () => {
          onClose()
          tell({ text: say('recorded') })
        },
      },
    )
  return (
    <Confirm
      title={say('add')}
      text={say('add_lead')}
      sure={say('add')}
      isHarmless
      isReady={whom !== '' && on !== '' && identity.trim() !== ''}
      error={record.error}
      busy={record.isPending}
      onSure={send}
      onClose={onClose}
    >
      <NativeSelect
        label={say('kind')}
        value={kind}
        data={kinds.map((value) => ({ value, label: sayRight(value) }))}
        onChange={(event) => setKind(event.currentTarget.value as Kind)}
      />
      <NativeSelect
        label={say('of')}
        value={of}
        data={[
          { value: 'person', label: say('of_person') },
          { value: 'partner', label: say('of_partner') },
        ]}
        onChange={(event) => {
          setOf(event.currentTarget.value === 'partner' ? 'partner' : 'person')
          setWhom('')
        }}
      />
      {of === 'partner' && (
        <TextInput
          label={say('partner')}
          value={wanted}
          maxLength={100}
          onChange={(event) => {
            setWanted(event.currentTarget.value)
            setWhom('')
          }}
        />
      )}
      {people.error && of === 'person' && <Failure error={people.error} />}
      {partners.error && of === 'partner' && <Failure error={partners.error} />}
      <NativeSelect
        label={say(of === 'person' ? 'person' : 'found')}
        required
        value={whom}
        data={[{ value: '', label: say('choose') }, ...found]}
        onChange={(event) => setWhom(event.currentTarget.value)}
      />
      <NativeSelect
        label={say('channel')}
        value={channel}
        data={channels.map((value) => ({ value, label: sayRight(value) }))}
        onChange={(event) => setChannel(event.currentTarget.value as Channel)}
      />
      <TextInput
        label={say('day')}
        type="date"
        required
        value={on}
        onChange={(event) => setOn(event.currentTarget.value)}
      />
      <Textarea
        label={say('identity')}
        description={say('identity_help')}
        required
        autosize
        maxLength={4000}
        value={identity}
        onChange={(event) => setIdentity(event.currentTarget.value)}
      />
      <Textarea
        label={say('text')}
        autosize
        maxLength={4000}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
    </Confirm>
  )
}
